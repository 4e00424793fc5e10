#!/bin/sh
# Runs a program on an emulated x86-64 with AVX-512, which qemu has not:
#   sh bochs.sh <CPU model of Bochs> <kernel> <program> [argument]...
# Bochs emulates a whole machine: Linux boots there, with the program, its libraries and busybox in its initramfs. The output, the
# errors and the exit status are the program's, RECTIFY_ARCH goes with it, files do not. The models are those of `bochs --help cpu`.
# Debian: bochs isolinux syslinux-common xorriso cpio busybox-static, and a kernel, which need not be installed:
#   apt-get download $(apt-cache depends linux-image-cloud-amd64 | sed -n 's/ *Depends: //p') && dpkg -x linux-image-*.deb linux
# What Bochs does wrong: the x87 unit of 2.7 and 3.0 takes logarithms with 50 bits, where tests against long double's log1p see 4.7
# ULP; 2.7's VCVTPS2PH rounds each tie away from 0 (0.96899414 to 0x3bc1, not 0x3bc0), so float16 is no test there, but with 3.0.
set -eu
if [ $# -lt 3 ]; then
  sed -n 's/^# *\(sh bochs.sh\)/usage: \1/p' "$0" >&2
  exit 2
fi
model=$1 kernel=$2 program=$3
shift 3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/dev" "$work/iso"
for file in "$program" "$(command -v busybox)"; do
  cp "$file" "$root/"
  ldd "$file" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
done
quoted=
for word in "/$(basename "$program")" "$@"; do
  quoted="$quoted '$(printf %s "$word" | sed "s/'/'\\\\''/g")'"
done
cat >"$root/init" <<END
#!/busybox sh
/busybox mount -t devtmpfs none /dev
for line in 0 1; do /busybox stty -F /dev/ttyS\$line 115200 -opost; done
${RECTIFY_ARCH+export RECTIFY_ARCH='$RECTIFY_ARCH'}
$quoted >/dev/ttyS1 2>/dev/ttyS0
echo "exit \$?" >/dev/ttyS1
/busybox poweroff -f
END
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet) | gzip -1 >"$work/iso/initrd"
cp "$kernel" "$work/iso/linux"
cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$work/iso/"
# Bochs 2.7 gives XSAVEC's area a size that Linux does not believe: it would do without AVX.
cat >"$work/iso/isolinux.cfg" <<END
default linux
label linux
  kernel /linux
  append initrd=/initrd quiet loglevel=0 mitigations=off clearcpuid=xsaves,xsavec
END
xorriso -as mkisofs -quiet -o "$work/machine.iso" -b isolinux.bin -c boot.cat -no-emul-boot -boot-load-size 4 -boot-info-table \
  "$work/iso" 2>"$work/log" || {
  cat "$work/log" >&2
  exit 1
}

# Bochs 2.7 crashes where it finds no sound card. Debian's has a debugger, which waits for a word.
cat >"$work/machine" <<END
config_interface: textconfig
display_library: rfb, options="timeout=0"
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
megs: 512
cpu: model=$model, ips=50000000
clock: sync=none
ata0-master: type=cdrom, path="$work/machine.iso", status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev="$work/errors"
com2: enabled=1, mode=file, dev="$work/output"
speaker: enabled=0
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
log: $work/log
panic: action=fatal
END
echo continue >"$work/debugger"
touch "$work/errors" "$work/output"
# the end of the machine is an error to it
timeout 900 bochs -q -f "$work/machine" -rc "$work/debugger" >"$work/bochs" 2>&1 </dev/null || true

cat "$work/errors" >&2
status=$(sed -n '$s/^exit //p' "$work/output")
if [ -z "$status" ]; then
  cat "$work/output"
  tail -n 5 "$work/bochs" "$work/log" >&2
  echo "the machine stopped before the program did" >&2
  exit 1
fi
sed '$d' "$work/output"
exit "$status"

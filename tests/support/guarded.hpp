// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <new>
#include <span>
#include <type_traits>

#include <sys/mman.h>
#include <unistd.h>

namespace rectify::test {

/// Memory between two pages that can be neither read nor written: one byte too far is a crash.
template <class T>
class guarded {
  static_assert(std::is_trivial_v<T>);

public:
  explicit guarded(std::size_t capacity) {
    std::size_t const page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    bytes_ = (capacity * sizeof(T) + page - 1) / page * page;
    void* const all = mmap(nullptr, bytes_ + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) {
      throw std::bad_alloc();
    }
    begin_ = static_cast<std::byte*>(all) + page;
    if (bytes_ != 0 && mprotect(begin_, bytes_, PROT_READ | PROT_WRITE) != 0) { // qemu fails for 0 bytes
      throw std::bad_alloc();
    }
  }
  guarded(guarded const&) = delete;
  guarded& operator=(guarded const&) = delete;
  ~guarded() {
    std::size_t const page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    munmap(begin_ - page, bytes_ + 2 * page);
  }

  /// size elements whose first lies `offset` elements behind the guard in front.
  std::span<T> at_front(std::size_t size, std::size_t offset = 0) { return {reinterpret_cast<T*>(begin_) + offset, size}; }

  /// size elements whose last lies `offset` elements before the guard behind.
  std::span<T> at_back(std::size_t size, std::size_t offset = 0) {
    return {reinterpret_cast<T*>(begin_ + bytes_) - offset - size, size};
  }

private:
  std::byte* begin_ = nullptr;
  std::size_t bytes_ = 0;
};

} // namespace rectify::test

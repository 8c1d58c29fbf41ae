#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A pthread mutex.
///
/// `Synchronization.Mutex` is a futex of its own on Linux, which the thread sanitizer of this toolchain does not
/// understand; a pthread mutex it does.
package final class PosixMutex: @unchecked Sendable {
    // Sendable: the address never changes, and pthread_mutex_* may be called from any thread.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    package init() {
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` while no other thread runs one under this mutex.
    ///
    /// It must not suspend or call back into the mutex.
    ///
    /// - Throws: what `body` throws.
    package func withLock<T, E: Error>(_ body: () throws(E) -> T) throws(E) -> T {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }
}

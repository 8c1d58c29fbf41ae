#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A file that grows at its end (open(2) with O_APPEND).
///
/// Its calls block: use it on a lane of its own.
package final class AppendFile: Sendable {
    package let path: String
    private let descriptor: Int32

    /// Opens or creates the file, readable by its owner only.
    ///
    /// - Throws: `SyscallError` of open(2).
    package init(path: String) throws(SyscallError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw .last("open") }
    }

    deinit { _ = close(descriptor) }

    /// Appends all of `bytes`, retrying short writes.
    ///
    /// - Throws: `SyscallError` of write(2), such as "no space left on device".
    package func append(_ bytes: [UInt8]) throws(SyscallError) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                offset += count
                continue
            }
            let error = SyscallError.last("write")
            if error.errno != EINTR { throw error }
        }
    }

    /// Cuts off what is behind the first `byteCount` bytes (ftruncate(2)).
    ///
    /// - Throws: `SyscallError` of ftruncate(2).
    package func truncate(to byteCount: Int) throws(SyscallError) {
        if ftruncate(descriptor, off_t(byteCount)) != 0 { throw .last("ftruncate") }
    }

    /// Waits until everything is on the device (fsync(2)); a pipe, a terminal or the like has nothing to wait for.
    ///
    /// - Throws: `SyscallError` of fsync(2).
    package func synchronize() throws(SyscallError) {
        guard fsync(descriptor) != 0 else { return }
        let error = SyscallError.last("fsync")
        if ![EINVAL, EROFS, ENOTSUP].contains(error.errno) { throw error }
    }
}

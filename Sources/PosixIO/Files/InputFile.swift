#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A file that is read from its beginning to its end.
///
/// Its calls block: use it on a lane of its own.
package final class InputFile {
    private let descriptor: Int32
    /// Bytes when it was opened (fstat(2)).
    package let byteCount: Int
    /// Its permission bits.
    package let mode: UInt32

    /// Opens a regular file.
    ///
    /// - Throws: `SyscallError` of open(2) or fstat(2); a directory is one (EISDIR).
    package init(path: String) throws(SyscallError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last("open") }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let error = SyscallError.last("fstat")
            _ = close(descriptor)
            throw error
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            _ = close(descriptor)
            throw SyscallError(errno: status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL, call: "open")
        }
        byteCount = Int(status.st_size)
        mode = UInt32(status.st_mode) & 0o7777
    }

    deinit { _ = close(descriptor) }

    /// The next bytes, at most `limit`; nil at the end (read(2)).
    ///
    /// - Throws: `SyscallError` of read(2).
    package func read(limit: Int = 256 * 1024) throws(SyscallError) -> [UInt8]? {
        while true {
            var count = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, filled in
                count = readBytes(descriptor, buffer.baseAddress, limit)
                filled = max(0, count)
            }
            if count > 0 { return bytes }
            if count == 0 { return nil }
            if errno != EINTR { throw .last("read") }
        }
    }
}

/// The system call, whose name the method above shadows.
private func readBytes(_ descriptor: Int32, _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}

/// A directory's entries.
package enum Directory {
    /// The names in it, sorted, without those of itself and its parent (readdir(3)).
    ///
    /// - Throws: `SyscallError` of opendir(3).
    package static func entries(of path: String) throws(SyscallError) -> [String] {
        guard let directory = opendir(path) else { throw .last("opendir") }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

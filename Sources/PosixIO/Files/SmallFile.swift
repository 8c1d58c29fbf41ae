#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Files that are read at once before anything else happens, such as one with a password.
package enum SmallFile {
    /// At most `limit` bytes from the beginning of a file, which blocks the calling thread.
    ///
    /// - Throws: `SyscallError` of open(2) or read(2).
    package static func contents(of path: String, limit: Int) throws(SyscallError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last("open") }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while contents.count < limit {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .last("read") }
            if count == 0 { break }
            contents += buffer.prefix(min(count, limit - contents.count))
        }
        return contents
    }
}

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A file that is read from its beginning to its end.
///
/// Its calls block.
package struct FileReader: ~Copyable {
    private let descriptor: Int32

    /// Opens the file.
    ///
    /// - Throws: `SyscallError` of open(2).
    package init(path: String) throws(SyscallError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw .last("open") }
    }

    deinit { _ = close(descriptor) }

    /// The next bytes, at most `limit`; none at the end of the file.
    ///
    /// - Throws: `SyscallError` of read(2).
    package mutating func read(upTo limit: Int) throws(SyscallError) -> [UInt8] {
        var failure: SyscallError?
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { memory, count in
            var result = readSystemCall(descriptor, memory.baseAddress, limit)
            while result < 0, errno == EINTR { result = readSystemCall(descriptor, memory.baseAddress, limit) }
            if result < 0 { failure = .last("read") }
            count = max(0, result)
        }
        if let failure { throw failure }
        return bytes
    }
}

/// The system call, whose name the method above shadows.
private func readSystemCall(_ descriptor: Int32, _ memory: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
    read(descriptor, memory, count)
}

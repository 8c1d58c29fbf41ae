import ArgumentParser

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A password kept in a file, so that it is seen in no list of processes.
enum PasswordFile {
    private static let byteLimit = 4096

    /// The first line of the file at `path`, without its end.
    ///
    /// - Throws: `ValidationError` when the file cannot be read.
    static func firstLine(of path: String) throws -> String {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else {
            throw ValidationError("The password file \(path) cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        let bytes = [UInt8](unsafeUninitializedCapacity: byteLimit) { buffer, count in
            count = max(0, read(descriptor, buffer.baseAddress, byteLimit))
        }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    }
}

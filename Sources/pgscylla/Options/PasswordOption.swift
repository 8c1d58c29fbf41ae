import Migration
import PosixIO
import WireKit

/// A password that is given as an argument or as the first line of a file.
enum PasswordOption {
    /// The password, or nil when neither was given.
    ///
    /// - Throws: `InvalidOption` when both are given or the file has none.
    static func read(
        _ option: String,
        _ password: String?,
        _ fileOption: String,
        _ path: String?
    ) throws(InvalidOption) -> Credential? {
        guard let path else { return password.map { Credential($0) } }
        if password != nil { throw InvalidOption(option, "and \(fileOption) exclude each other") }
        return Credential(try firstLine(fileOption, of: path))
    }

    /// The first line of a file, without its end.
    ///
    /// - Throws: `InvalidOption` when the file cannot be read or its first line is empty.
    static func firstLine(_ option: String, of path: String) throws(InvalidOption) -> String {
        let contents: [UInt8]
        do throws(SyscallError) {
            contents = try SmallFile.contents(of: path, limit: 64 * 1024)
        } catch {
            throw InvalidOption(option, "\(path) cannot be read: \(error.reason)")
        }
        let line = contents.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard !line.isEmpty, let text = String(validating: line, as: UTF8.self) else {
            throw InvalidOption(option, "\(path) has no password in its first line")
        }
        return text
    }
}

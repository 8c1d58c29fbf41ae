import PosixIO

/// A file that holds a password, as editors and `echo` write it.
package enum PasswordLine {
    /// The first line of a file, without its end.
    ///
    /// - Parameters:
    ///   - option: where the file was named.
    ///   - path: the file.
    /// - Returns: the password.
    /// - Throws: `InvalidOption` when the file cannot be read or its first line is empty.
    package static func read(_ option: String, of path: String) throws(InvalidOption) -> String {
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

import Migration
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
        return Credential(try PasswordLine.read(fileOption, of: path))
    }
}

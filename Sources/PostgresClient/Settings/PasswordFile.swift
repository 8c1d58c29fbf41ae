/// A file of passwords by host, port, database and user.
///
/// PostgreSQL documentation, "The Password File".
struct PasswordFile {
    private let contents: [UInt8]

    init(_ contents: [UInt8]) {
        self.contents = contents
    }

    /// The password of the first line that matches; each of its four fields is a text or `*`.
    ///
    /// - Parameters:
    ///   - host: as the user gave it, or `localhost` for the default socket directory.
    ///   - port: in decimal.
    ///   - database: the database to connect to.
    ///   - user: the user to log in as.
    /// - Returns: `nil` when no line matches or the password is not UTF-8.
    func password(host: String, port: String, database: String, user: String) -> String? {
        for line in contents.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
            var rest = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            let isMatch = [host, port, database, user].allSatisfy { text in
                guard let next = Self.match(rest, text) else { return false }
                rest = next
                return true
            }
            if isMatch { return String(validating: Self.unescaped(rest), as: UTF8.self) }
        }
        return nil
    }

    /// What follows a field that is `text`, in which a backslash takes the next character as it is.
    private static func match(_ line: ArraySlice<UInt8>, _ text: String) -> ArraySlice<UInt8>? {
        if line.starts(with: "*:".utf8) { return line.dropFirst(2) }
        var rest = line
        var expected = Array(text.utf8)[...]
        while var byte = rest.popFirst() {
            if byte == UInt8(ascii: ":"), expected.isEmpty { return rest }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = rest.popFirst() else { return nil }
                byte = escaped
            }
            guard expected.popFirst() == byte else { return nil }
        }
        return nil
    }

    /// The password, up to a colon that is not escaped.
    private static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
        var password: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst(), byte != UInt8(ascii: ":") {
            if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
                password.append(escaped)
            } else {
                password.append(byte)
            }
        }
        return password
    }
}

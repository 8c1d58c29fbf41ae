/// Names of objects in PostgreSQL that are made of a table's name.
enum PostgresName {
    /// `NAMEDATALEN` − 1: what is longer is cut off without an error.
    static let maximumByteCount = 63

    /// `name` with `suffix` behind it; of a name that is too long for that its beginning and eight hexadecimal digits
    /// of its hash.
    static func suffixed(_ name: String, _ suffix: String) -> String {
        guard name.utf8.count + suffix.utf8.count > maximumByteCount else { return name + suffix }
        let end = "_\(TargetName.hexadecimalHash(of: name))\(suffix)"
        var beginning = ""
        var byteCount = end.utf8.count
        for scalar in name.unicodeScalars {
            byteCount += UTF8.width(scalar)
            guard byteCount <= maximumByteCount else { break }
            beginning.unicodeScalars.append(scalar)
        }
        return beginning + end
    }
}

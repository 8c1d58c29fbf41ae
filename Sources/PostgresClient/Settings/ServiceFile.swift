/// A file of named sets of connection settings.
///
/// PostgreSQL documentation, "The Connection Service File".
struct ServiceFile {
    /// Bytes that a line may have; libpq reads them into a buffer of 1024.
    static let lineLimit = 1022

    private let contents: [UInt8]

    init(_ contents: [UInt8]) {
        self.contents = contents
    }

    /// The settings of the first section of this name; of a keyword that is set twice the first value.
    ///
    /// - Parameter service: the section's name.
    /// - Returns: `nil` when there is no such section.
    /// - Throws: `ConnectionStringError` naming the line.
    func settings(of service: String) throws(ConnectionStringError) -> [ConnectionKeyword: String]? {
        var settings: [ConnectionKeyword: String]?
        let lines = contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, bytes) in lines.enumerated() {
            guard bytes.count <= Self.lineLimit else { throw ConnectionStringError("line \(index + 1) is too long") }
            let line = bytes.trimmed
            guard let first = line.first, first != UInt8(ascii: "#") else { continue }
            if first == UInt8(ascii: "[") {
                if settings != nil { return settings }
                if line.dropFirst().starts(with: Array(service.utf8) + [UInt8(ascii: "]")]) { settings = [:] }
            } else if settings != nil {
                let (keyword, value) = try Self.setting(line, number: index + 1)
                if settings?[keyword] == nil { settings?[keyword] = value }
            }
        }
        return settings
    }

    /// One line of a section, which is not shown in an error: it may hold a password.
    private static func setting(
        _ line: ArraySlice<UInt8>,
        number: Int
    ) throws(ConnectionStringError) -> (ConnectionKeyword, String) {
        if line.starts(with: "ldap".utf8) {
            throw ConnectionStringError("line \(number) asks an LDAP server for settings, which is not supported")
        }
        let name = String(decoding: line.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
        guard name != "service" else { throw ConnectionStringError("line \(number) names another service") }
        guard let keyword = ConnectionKeyword(rawValue: name), line.count > name.utf8.count else {
            throw ConnectionStringError("line \(number) is not keyword=value with a known keyword")
        }
        guard let value = String(validating: line.dropFirst(name.utf8.count + 1), as: UTF8.self) else {
            throw ConnectionStringError("line \(number) is not UTF-8")
        }
        return (keyword, value)
    }
}

extension ArraySlice<UInt8> {
    /// Without white space at its ends.
    fileprivate var trimmed: ArraySlice<UInt8> {
        let rest = drop(while: \.isBlank)
        return rest.prefix(rest.lastIndex { !$0.isBlank }.map { $0 + 1 - rest.startIndex } ?? 0)
    }
}

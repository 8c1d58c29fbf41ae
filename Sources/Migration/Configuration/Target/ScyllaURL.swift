/// A cluster as one string: `scylla://[user[:password]@]host[:port][,…][/keyspace][?name=value[&…]]`; `cql://` is the
/// same.
///
/// Errors never show a piece of it: it may hold a password, and one that was not percent-encoded may stand anywhere.
struct ScyllaURL {
    /// What it says, each as the option of the same meaning would.
    private(set) var settings: [ScyllaSetting: String] = [:]
    private let origin: String

    /// Reads it.
    ///
    /// - Throws: `InvalidOption` that begins with `origin`.
    init(_ text: String, origin: String) throws(InvalidOption) {
        self.origin = origin
        let lowercased = text.lowercased()
        guard let scheme = ["scylla://", "cql://"].first(where: { lowercased.hasPrefix($0) }) else {
            throw InvalidOption(origin, "must begin with scylla:// or cql://")
        }
        var rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        rest = rest.dropFirst(authority.count)
        try readAuthority(authority)
        if rest.first == "/" {
            let keyspace = rest.dropFirst().prefix { $0 != "?" }
            rest = rest.dropFirst(1 + keyspace.count)
            guard !keyspace.contains("@"), !keyspace.contains("/") else {
                let reason = "has a \"/\" or \"@\" in its keyspace: write %2F and %40 for those of a password"
                throw InvalidOption(origin, reason)
            }
            if !keyspace.isEmpty { settings[.keyspace] = try decoded(keyspace, "keyspace") }
        }
        if rest.first == "?" { try readParameters(rest.dropFirst()) }
    }

    private mutating func readAuthority(_ authority: Substring) throws(InvalidOption) {
        var hosts = authority
        if let end = authority.firstIndex(of: "@") {
            let login = authority[..<end]
            hosts = authority[authority.index(after: end)...]
            guard !hosts.contains("@") else {
                throw InvalidOption(origin, "has a second \"@\": write %40 for one in a user or password")
            }
            let user = login.prefix { $0 != ":" }
            settings[.user] = try decoded(user, "user")
            if user.count < login.count {
                settings[.password] = try decoded(login.dropFirst(user.count + 1), "password")
            }
        }
        if !hosts.isEmpty { settings[.host] = try decoded(hosts, "hosts") }
    }

    private mutating func readParameters(_ query: Substring) throws(InvalidOption) {
        // A question mark in a password has made what was before it a host, and the rest parameters.
        guard !query.contains("@") else {
            throw InvalidOption(origin, "has an \"@\" in its parameters: write %40, and %3F for a \"?\" in a password")
        }
        for parameter in query.split(separator: "&") {
            let parts = parameter.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw InvalidOption(origin, "has a parameter that is not name=value: write %3D and %26 inside a value")
            }
            guard let setting = ScyllaSetting(rawValue: String(parts[0])), setting != .host else {
                let names = ScyllaSetting.allCases.filter { $0 != .host }.map(\.rawValue).joined(separator: ", ")
                throw InvalidOption(origin, "has a parameter that is not known: there are \(names)")
            }
            guard settings[setting] == nil else { throw InvalidOption(origin, "says \(setting.rawValue) twice") }
            settings[setting] = try decoded(parts[1], setting.rawValue)
        }
    }

    /// Resolves percent-encoding (RFC 3986, section 2.1).
    private func decoded(_ encoded: Substring, _ part: String) throws(InvalidOption) -> String {
        var bytes: [UInt8] = []
        var rest = encoded.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let byte = UInt8(digits, radix: 16) else {
                throw InvalidOption(origin, "has a \"%\" without two hexadecimal digits in its \(part)")
            }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw InvalidOption(origin, "has bytes that are not UTF-8 text in its \(part)")
        }
        return text
    }
}

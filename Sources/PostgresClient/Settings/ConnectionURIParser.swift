/// Reads what follows the scheme of a connection URI: `[user[:password]@][host[:port][,…]][/dbname][?name=value[&…]]`.
///
/// As libpq reads it, which is not RFC 3986: the user ends at the first `@` before any `/`. Where the string can only be
/// a password that was not percent-encoded, it is refused rather than taken for a host and shown in an error.
struct ConnectionURIParser {
    private let bytes: ArraySlice<UInt8>
    private var index: Int
    private var result = ConnectionStringValues()

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// - Throws: `ConnectionStringError`.
    mutating func parse() throws(ConnectionStringError) -> [ConnectionKeyword: String] {
        let hasPassword = try credentials()
        let hasPort = try hosts()
        if current == UInt8(ascii: "/") {
            index += 1
            let name = take { $0 == UInt8(ascii: "?") }
            // A slash in a password has made what was before it a port or a host, and the rest a database.
            if hasPassword || hasPort, name.contains(UInt8(ascii: "@")) {
                throw ConnectionStringError("has an \"@\" in its database: write %40, and %2F for a / in a password")
            }
            if !name.isEmpty { result.store(.dbname, try decoded(name, "database")) }
        }
        if current == UInt8(ascii: "?") {
            index += 1
            try parameters()
        }
        return result.values
    }

    private var current: UInt8? { index < bytes.endIndex ? bytes[index] : nil }

    /// Takes the bytes up to the first that `isEnd` accepts, which is left.
    private mutating func take(until isEnd: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = index
        while let byte = current, !isEnd(byte) { index += 1 }
        return bytes[start..<index]
    }

    /// - Returns: whether there was a password.
    private mutating func credentials() throws(ConnectionStringError) -> Bool {
        let start = index
        let all = take { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "/") }
        guard current == UInt8(ascii: "@") else {
            index = start
            return false
        }
        index += 1
        let user = all.prefix { $0 != UInt8(ascii: ":") }
        let password = all.dropFirst(user.count + 1)
        if !user.isEmpty { result.store(.user, try decoded(user, "user")) }
        if !password.isEmpty { result.store(.password, try decoded(password, "password")) }
        return !password.isEmpty
    }

    /// - Returns: whether a port was among them.
    private mutating func hosts() throws(ConnectionStringError) -> Bool {
        var hosts: [UInt8] = []
        var ports: [UInt8] = []
        var hasPort = false
        while true {
            hosts += current == UInt8(ascii: "[") ? try literalAddress() : take(until: Self.endsHost)
            if current == UInt8(ascii: ":") {
                index += 1
                hasPort = true
                ports += take { $0 != UInt8(ascii: ":") && Self.endsHost($0) }
            }
            guard current == UInt8(ascii: ",") else { break }
            index += 1
            hosts.append(UInt8(ascii: ","))
            ports.append(UInt8(ascii: ","))
        }
        if (hosts + ports).contains(UInt8(ascii: "@")) {
            throw ConnectionStringError("has a second \"@\" before its hosts: write %40 for one in a user or password")
        }
        if !hosts.isEmpty { result.store(.host, try decoded(hosts[...], "host")) }
        if !ports.isEmpty { result.store(.port, try decoded(ports[...], "port")) }
        return hasPort
    }

    private static func endsHost(_ byte: UInt8) -> Bool {
        [":", "/", "?", ","].contains { UInt8(ascii: $0) == byte }
    }

    /// An IPv6 address in brackets, without them.
    private mutating func literalAddress() throws(ConnectionStringError) -> ArraySlice<UInt8> {
        index += 1
        let address = take { $0 == UInt8(ascii: "]") }
        guard current != nil else { throw ConnectionStringError("has no \"]\" after an IPv6 address") }
        guard !address.isEmpty else { throw ConnectionStringError("has an empty IPv6 address") }
        index += 1
        if let next = current, !Self.endsHost(next) {
            throw ConnectionStringError("goes on after the \"]\" of an IPv6 address: \":\", \"/\", \"?\" or \",\" may")
        }
        return address
    }

    private mutating func parameters() throws(ConnectionStringError) {
        while current != nil {
            let pair = take { $0 == UInt8(ascii: "&") }
            if current != nil { index += 1 }
            let parts = pair.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
            // Neither part is shown: a secret may hold an ampersand or an equals sign that was not encoded.
            guard parts.count == 2 else {
                throw ConnectionStringError(
                    parts.count < 2
                        ? "has a query parameter without \"=\"" : "has a query parameter with two \"=\": write %3D"
                )
            }
            let name = try decoded(parts[0], "query parameter's name")
            let value = try decoded(parts[1], "query parameter \"\(name)\"", isHidden: result.isAfterSecret)
            // As the JDBC driver has it.
            if name == "ssl", value == "true" {
                result.store(.sslmode, "require")
            } else {
                try result.store(name, value)
            }
        }
    }

    /// Resolves percent-encoding; blanks around the text are dropped, and inside it must be encoded.
    ///
    /// - Parameters:
    ///   - encoded: the text.
    ///   - name: what it is, for an error.
    ///   - isHidden: the name may be a piece of a secret.
    /// - Returns: what the text stands for.
    /// - Throws: `ConnectionStringError`.
    private func decoded(
        _ encoded: ArraySlice<UInt8>,
        _ name: String,
        isHidden: Bool = false
    ) throws(ConnectionStringError) -> String {
        func refusal(_ what: String) -> ConnectionStringError {
            ConnectionStringError("has \(what) in its \(isHidden ? "query" : name)")
        }
        var text: [UInt8] = []
        var rest = encoded.drop { $0 == UInt8(ascii: " ") }
        while let byte = rest.first, byte != UInt8(ascii: " ") {
            rest.removeFirst()
            guard byte == UInt8(ascii: "%") else {
                text.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexDigit, let low = rest.popFirst()?.hexDigit else {
                throw refusal("a \"%\" without two hexadecimal digits (%25 is the character itself)")
            }
            guard high | low != 0 else { throw refusal("the forbidden character %00") }
            text.append(high << 4 | low)
        }
        guard rest.allSatisfy({ $0 == UInt8(ascii: " ") }) else { throw refusal("a blank that is not written %20") }
        guard let string = String(validating: text, as: UTF8.self) else { throw refusal("bytes that are not UTF-8") }
        return string
    }
}

extension UInt8 {
    fileprivate var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

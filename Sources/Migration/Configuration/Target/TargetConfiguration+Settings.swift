import CQLWire
import PosixIO
import WireKit

extension TargetConfiguration {
    /// Checks the settings.
    ///
    /// A password file is read here.
    ///
    /// - Parameters:
    ///   - settings: what was said; the rest has defaults.
    ///   - replicationFactor: of a keyspace that does not exist yet.
    /// - Throws: `InvalidOption` naming the place of the setting at fault.
    package init(_ settings: ScyllaSettings, replicationFactor: Int? = nil) throws(InvalidOption) {
        try self.init(
            endpoints: try Self.endpoints(settings),
            keyspace: try settings.text(.keyspace) ?? Self.defaultKeyspace,
            login: try Self.login(settings),
            tls: try Self.tls(settings),
            consistency: try settings.word(.consistency, of: Consistency.levels) ?? .localQuorum,
            serialConsistency: try settings.word(.serialConsistency, of: Consistency.serialLevels) ?? .localSerial,
            connectTimeout: try settings.duration(.connectTimeout) ?? Self.defaultConnectTimeout,
            requestTimeout: try settings.duration(.requestTimeout) ?? Self.defaultRequestTimeout,
            localDatacentre: try settings.text(.localDatacentre),
            compression: try settings.word(.compression, of: Self.compressions) ?? nil,
            replicationFactor: replicationFactor
        )
    }

    private static let compressions: [(String, FrameCompression?)] =
        [("none", nil)] + FrameCompression.allCases.map { ($0.rawValue, $0) }

    private static func login(_ settings: ScyllaSettings) throws(InvalidOption) -> Login? {
        let user = try settings.text(.user)
        var password = settings[.password]?.text
        if let path = try settings.text(.passwordFile) {
            password = try PasswordLine.read(settings.origin(.passwordFile), of: path)
        }
        switch (user, password) {
        case (nil, nil):
            return nil
        case (let user?, let password?):
            return Login(user: user, password: Credential(password))
        case (_?, nil):
            let ways = "--scylla-password-file or \(ScyllaSetting.password.environmentVariable)"
            throw InvalidOption(settings.origin(.user), "needs a password: give \(ways)")
        case (nil, _?):
            let said = settings[.password] == nil ? ScyllaSetting.passwordFile : .password
            throw InvalidOption(settings.origin(said), "needs a user: give \(ScyllaSetting.user.option)")
        }
    }

    // MARK: - Hosts

    private static func endpoints(_ settings: ScyllaSettings) throws(InvalidOption) -> [Endpoint] {
        var defaultPort: UInt16 = 9042
        if let text = try settings.text(.port) { defaultPort = try port(text, settings.origin(.port)) }
        guard let list = settings[.host] else { return [.tcp(host: "localhost", port: defaultPort)] }
        var endpoints: [Endpoint] = []
        for element in list.text.split(separator: ",") {
            let text = String(element.filter { !$0.isWhitespace })
            guard !text.isEmpty else { continue }
            let (host, port) = try hostAndPort(text, list.origin)
            endpoints.append(.tcp(host: host, port: port ?? defaultPort))
        }
        if endpoints.isEmpty { throw InvalidOption(list.origin, "must name at least one host") }
        return endpoints
    }

    /// `host`, `host:port`, `[address]`, `[address]:port`, or an IPv6 address by itself.
    private static func hostAndPort(
        _ text: String,
        _ origin: String
    ) throws(InvalidOption) -> (host: String, port: UInt16?) {
        guard text.hasPrefix("[") else {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { return (text, nil) }
            return (String(parts[0]), try port(String(parts[1]), origin))
        }
        let address = text.dropFirst().prefix { $0 != "]" }
        let rest = text.dropFirst(address.count + 2)
        guard text.contains("]"), !address.isEmpty, rest.isEmpty || rest.hasPrefix(":") else {
            throw InvalidOption(origin, "has a host that is not name, name:port, [address] or [address]:port")
        }
        return (String(address), rest.isEmpty ? nil : try port(String(rest.dropFirst()), origin))
    }

    private static func port(_ text: String, _ origin: String) throws(InvalidOption) -> UInt16 {
        guard let number = Int(text) else {
            throw InvalidOption(origin, "must have a port between 1 and 65535, not \"\(text)\"")
        }
        return try InvalidOption.port(origin, number)
    }
}

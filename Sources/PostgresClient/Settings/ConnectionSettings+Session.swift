import PosixIO
import PostgresWire

/// What else a session is opened with.
extension ConnectionSettings {
    /// The words of `load_balance_hosts`.
    enum LoadBalancing: String, CaseIterable {
        case disable
        case random
    }

    /// As libpq, `connect_timeout` counts for each host, 0 or less is for ever, and 1 second is taken for 2.
    ///
    /// - Throws: `ConnectionSettingError`.
    func connectTimeout(hostCount: Int) throws(ConnectionSettingError) -> Duration {
        guard let seconds = try integer(.connectTimeout) else { return .seconds(10) }
        guard seconds > 0 else { return Self.endlessTimeout }
        return min(.seconds(Int64(max(2, seconds)) * Int64(hostCount)), Self.endlessTimeout)
    }

    /// - Throws: `ConnectionSettingError`.
    func keepAlive() throws(ConnectionSettingError) -> KeepAlive {
        var keepAlive = KeepAlive()
        if let value = try integer(.keepalives) { keepAlive.isEnabled = value != 0 }
        if let seconds = try integer(.keepalivesIdle) { keepAlive.idle = .seconds(max(0, seconds)) }
        if let seconds = try integer(.keepalivesInterval) { keepAlive.interval = .seconds(max(0, seconds)) }
        if let count = try integer(.keepalivesCount) { keepAlive.count = Int(max(0, count)) }
        if let timeout = try integer(.tcpUserTimeout) { keepAlive.userTimeout = .milliseconds(max(0, timeout)) }
        return keepAlive
    }

    /// - Throws: `ConnectionSettingError`.
    func protocolVersions() throws(ConnectionSettingError) -> ClosedRange<ProtocolVersion> {
        let minimum = try protocolVersion(.minProtocolVersion) ?? .v3_0
        let maximum = try protocolVersion(.maxProtocolVersion) ?? max(minimum, .v3_0)
        guard minimum <= maximum else {
            throw refusal(.minProtocolVersion, "is above the newest version allowed, \(maximum)")
        }
        return minimum...maximum
    }

    private func protocolVersion(_ keyword: ConnectionKeyword) throws(ConnectionSettingError) -> ProtocolVersion? {
        switch text(keyword) {
        case nil: nil
        case "3.0": .v3_0
        case "3.2", "latest": .v3_2
        case let other?: throw refusal(keyword, "cannot be \"\(other)\": choose one of 3.0, 3.2, latest")
        }
    }

    /// The words that the server understands for a boolean, or `database`.
    ///
    /// - Throws: `ConnectionSettingError`.
    func replication() throws(ConnectionSettingError) -> ReplicationMode? {
        switch text(.replication)?.lowercased() {
        case nil, "false", "off", "no", "0": nil
        case "true", "on", "yes", "1": .physical
        case "database": .database
        case let other?: throw refusal(.replication, "cannot be \"\(other)\": choose one of database, true, false")
        }
    }
}

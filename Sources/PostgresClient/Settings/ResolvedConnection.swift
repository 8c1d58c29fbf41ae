import WireKit

/// Where a connection's password comes from.
package enum PasswordOrigin: Hashable, Sendable {
    /// An option, the connection string, the service or the environment.
    case setting
    /// A password file, for at least one of the hosts.
    case file(path: String)
    /// Nobody gave one: the program's default, if it has one.
    case none
}

/// A configuration with what there is to say about how it came to be.
package struct ResolvedConnection: Equatable, Sendable {
    package var configuration: PostgresConfiguration
    package var passwordOrigin: PasswordOrigin
    /// Sentences about files that were passed over.
    package var warnings: [String]
}

extension ConnectionSettings {
    /// How long a session may take to open when `connect_timeout` is 0, which is for ever: more than anyone waits.
    static let endlessTimeout = Duration.seconds(Int64(Int32.max))

    /// What all the settings amount to.
    ///
    /// - Throws: `ConnectionSettingError` naming the setting that cannot be used, and where it was made.
    package func resolved() throws(ConnectionSettingError) -> ResolvedConnection {
        try refuseUnsupported()
        let hosts = try hosts()
        let user = text(orDefault: .user)
        // An empty name is not no name: it stands for the user's, as in libpq.
        let database = text(.dbname) ?? (settings[.dbname] == nil ? defaults[.dbname] : nil) ?? user
        var configuration = PostgresConfiguration(
            hosts: hosts.map { PostgresHost($0.endpoint, name: $0.address.isEmpty ? nil : $0.name.nonEmpty) },
            user: user,
            password: text(.password).map { Credential($0) },
            database: database,
            tls: try tls(),
            // Here alone, an empty text is no default, as in libpq.
            applicationName: settings[.applicationName]?.text ?? text(orDefault: .fallbackApplicationName),
            connectTimeout: try connectTimeout(hostCount: hosts.count)
        )
        configuration.authentication = try authentication()
        configuration.targetSessionAttributes = try word(.targetSessionAttrs, orElse: .any)
        configuration.balancesLoad = try word(.loadBalanceHosts, orElse: LoadBalancing.disable) == .random
        configuration.keepAlive = try keepAlive()
        configuration.protocolVersions = try protocolVersions()
        configuration.options = text(.options)
        configuration.replication = try replication()
        var resolved = ResolvedConnection(configuration: configuration, passwordOrigin: .setting, warnings: [])
        if configuration.password == nil { addPasswords(for: hosts, to: &resolved) }
        return resolved
    }

    /// Adds the hosts' passwords from the password file, and the program's default for those that have none.
    private func addPasswords(for hosts: [Host], to resolved: inout ResolvedConnection) {
        resolved.passwordOrigin = .none
        resolved.configuration.password = defaults[.password].map { Credential($0) }
        guard let path = text(.passfile) ?? surroundings.homeFile(".pgpass") else { return }
        switch surroundings.files.file(path) {
        case .absent: break
        case .unreadable(let reason):
            resolved.warnings.append("the password file \(path) cannot be read and is passed over: \(reason)")
        case .contents(_, isPrivate: false):
            resolved.warnings.append(
                "the password file \(path) is passed over: it must be a plain file that only its owner may read, "
                    + "chmod 0600 it"
            )
        case .contents(let contents, isPrivate: true):
            let file = PasswordFile(contents)
            for (index, host) in hosts.enumerated() {
                let password = file.password(
                    host: host.passwordFileName,
                    port: String(host.port),
                    database: resolved.configuration.database,
                    user: resolved.configuration.user
                )
                guard let password = password?.nonEmpty else { continue }
                resolved.configuration.hosts[index].password = Credential(password)
                resolved.passwordOrigin = .file(path: path)
            }
        }
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}

package import PostgresClient

/// Which PostgreSQL schema to read, and how to reach it.
package struct SourceConfiguration: Equatable, Sendable {
    package var connection: PostgresConfiguration
    /// Where the password comes from, for an error about it.
    package var passwordOrigin: PasswordOrigin
    package let schema: String

    /// - Parameters:
    ///   - connection: how to open a session.
    ///   - passwordOrigin: where its password comes from.
    ///   - schema: the schema whose tables are meant.
    /// - Throws: `InvalidOption` when there is no schema, or the connection is one for replication only.
    package init(
        connection: PostgresConfiguration,
        passwordOrigin: PasswordOrigin = .setting,
        schema: String = "public"
    ) throws(InvalidOption) {
        try InvalidOption.require("--postgres-source-schema", notEmpty: schema)
        if connection.replication != nil {
            throw InvalidOption("replication", "cannot be asked for: replication connections are opened as needed")
        }
        self.connection = connection
        self.passwordOrigin = passwordOrigin
        self.schema = schema
    }
}

extension SourceConfiguration {
    /// What holds when nobody says otherwise, by no option, URL, service, variable or file.
    static let defaults: [ConnectionKeyword: String] = [
        .host: "localhost", .user: "postgres", .password: "postgres", .dbname: "postgres",
        .fallbackApplicationName: "pgscylla",
    ]

    /// Gathers the options and all that complements them.
    ///
    /// - Parameters:
    ///   - options: single settings with their options' names.
    ///   - url: the connection string.
    ///   - schema: the schema whose tables are meant.
    ///   - surroundings: the environment, and files in well-known places.
    /// - Returns: the configuration, and sentences about files that were passed over.
    /// - Throws: `InvalidOption` naming the setting at fault and where it was made.
    package static func resolve(
        options: [ConnectionKeyword: ConnectionSettings.Setting],
        url: String?,
        schema: String,
        in surroundings: ConnectionSurroundings
    ) throws(InvalidOption) -> (source: SourceConfiguration, warnings: [String]) {
        for (keyword, setting) in options where keyword != .options && keyword != .password {
            try InvalidOption.require(setting.origin, notEmpty: setting.text)
        }
        let resolved: ResolvedConnection
        do throws(ConnectionSettingError) {
            resolved = try ConnectionSettings(
                options: options,
                connectionString: url.map { .init($0, origin: "--postgres-url") },
                surroundings: surroundings,
                defaults: defaults
            ).resolved()
        } catch {
            throw InvalidOption(error.origin, error.reason)
        }
        let source = try SourceConfiguration(
            connection: resolved.configuration,
            passwordOrigin: resolved.passwordOrigin,
            schema: schema
        )
        return (source, resolved.warnings)
    }
}

import ArgumentParser
import PostgresClient

/// How sessions with PostgreSQL are opened, in libpq's words.
struct PostgresSessionOptions: ParsableArguments {
    @Option(
        name: .customLong("postgres-service"),
        help: ArgumentHelp("A section of ~/.pg_service.conf or the system's pg_service.conf.", valueName: "name")
    )
    var service: String?

    @Option(
        name: .customLong("postgres-hostaddr"),
        help: ArgumentHelp(
            "The host's IP address: saves its look-up; certificates must name the host.",
            valueName: "ip"
        )
    )
    var address: String?

    @Option(
        name: .customLong("postgres-require-auth"),
        help: ArgumentHelp(
            "How the server may ask who we are, such as scram-sha-256, with commas.",
            valueName: "methods"
        )
    )
    var methods: String?

    @Option(
        name: .customLong("postgres-channel-binding"),
        help: ArgumentHelp(
            "Bind the authentication to TLS: disable, prefer or require (default: prefer).",
            valueName: "how"
        )
    )
    var channelBinding: String?

    @Option(
        name: .customLong("postgres-target-session-attrs"),
        help: ArgumentHelp(
            "Of several hosts: any, read-write, read-only, primary, standby or prefer-standby (default: any).",
            valueName: "kind"
        )
    )
    var target: String?

    @Option(
        name: .customLong("postgres-load-balance-hosts"),
        help: ArgumentHelp("Try hosts in order (disable) or at random (random) (default: disable).", valueName: "how")
    )
    var loadBalancing: String?

    @Option(
        name: .customLong("postgres-connect-timeout"),
        parsing: .unconditional,
        help: ArgumentHelp(
            "Seconds that opening a session may take per host; 0: no limit (default: 10).",
            valueName: "seconds"
        )
    )
    var timeout: String?

    @Option(
        name: .customLong("postgres-application-name"),
        help: ArgumentHelp("What pg_stat_activity shows (default: pgscylla).", valueName: "name")
    )
    var applicationName: String?

    @Option(
        name: .customLong("postgres-options"),
        parsing: .unconditional,
        help: ArgumentHelp(
            "The server's own options for the session, such as \"-c work_mem=64MB\".",
            valueName: "options"
        )
    )
    var options: String?

    @Option(
        name: .customLong("postgres-max-protocol-version"),
        help: ArgumentHelp(
            "3.0, 3.2 or latest; not every pooler knows more than the default (default: 3.0).",
            valueName: "version"
        )
    )
    var protocolVersion: String?

    /// The settings that were given.
    var settings: [ConnectionKeyword: ConnectionSettings.Setting] {
        var settings: [ConnectionKeyword: ConnectionSettings.Setting] = [:]
        settings[.service] = service.map { .init($0, origin: "--postgres-service") }
        settings[.hostaddr] = address.map { .init($0, origin: "--postgres-hostaddr") }
        settings[.requireAuth] = methods.map { .init($0, origin: "--postgres-require-auth") }
        settings[.channelBinding] = channelBinding.map { .init($0, origin: "--postgres-channel-binding") }
        settings[.targetSessionAttrs] = target.map { .init($0, origin: "--postgres-target-session-attrs") }
        settings[.loadBalanceHosts] = loadBalancing.map { .init($0, origin: "--postgres-load-balance-hosts") }
        settings[.connectTimeout] = timeout.map { .init($0, origin: "--postgres-connect-timeout") }
        settings[.applicationName] = applicationName.map { .init($0, origin: "--postgres-application-name") }
        settings[.options] = options.map { .init($0, origin: "--postgres-options") }
        settings[.maxProtocolVersion] = protocolVersion.map { .init($0, origin: "--postgres-max-protocol-version") }
        return settings
    }
}

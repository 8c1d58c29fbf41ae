import ArgumentParser
import Migration

/// How a session with ScyllaDB behaves.
struct ScyllaSessionOptions: ParsableArguments {
    @Option(
        name: .customLong("scylla-local-dc"),
        help: ArgumentHelp(
            "The datacentre whose nodes are asked (default: that of the first host that answers).",
            valueName: "datacentre"
        )
    )
    var localDatacentre: String?

    @Option(
        name: .customLong("scylla-compression"),
        help: ArgumentHelp("none, lz4 or snappy, where the nodes can (default: none).", valueName: "algorithm")
    )
    var compression: String?

    @Option(
        name: .customLong("consistency"),
        help: ArgumentHelp("Consistency level of reads and writes (default: LOCAL_QUORUM).", valueName: "level")
    )
    var consistency: String?

    @Option(
        name: .customLong("serial-consistency"),
        help: ArgumentHelp("That of conditional statements: SERIAL or LOCAL_SERIAL (the default).", valueName: "level")
    )
    var serialConsistency: String?

    @Option(
        name: .customLong("scylla-connect-timeout"),
        help: ArgumentHelp("How long connecting may take, such as 10s or 500ms (default: 10s).", valueName: "time")
    )
    var connectTimeout: String?

    @Option(
        name: .customLong("scylla-request-timeout"),
        help: ArgumentHelp("How long an answer may take (default: 15s).", valueName: "time")
    )
    var requestTimeout: String?

    /// What was said.
    var settings: [ScyllaSetting: String] {
        var settings: [ScyllaSetting: String] = [:]
        settings[.localDatacentre] = localDatacentre
        settings[.compression] = compression
        settings[.consistency] = consistency
        settings[.serialConsistency] = serialConsistency
        settings[.connectTimeout] = connectTimeout
        settings[.requestTimeout] = requestTimeout
        return settings
    }
}

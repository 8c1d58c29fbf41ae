/// The options of CREATE and ALTER KEYSPACE, checked.
struct KeyspaceOptions: Equatable {
    private(set) var replication: [KeyspaceSchema.ReplicationOption]?
    private(set) var durableWrites: Bool?

    private static let classPrefix = "org.apache.cassandra.locator."

    /// - Throws: `StatementError` (configuration) for options that a server would refuse.
    init(_ properties: [Property], keyspace: String) throws(StatementError) {
        for property in properties {
            switch property.name {
            case "replication":
                replication = try Self.replication(property.value, keyspace: keyspace)
            case "durable_writes":
                guard case .boolean(let value) = property.value else {
                    throw StatementError(.configuration, "Invalid value for boolean property durable_writes")
                }
                durableWrites = value
            case "tablets", "storage", "graph_engine", "consistency": break
            default: throw .syntax("Unknown property '\(property.name)'")
            }
        }
    }

    private static func replication(
        _ value: Term,
        keyspace: String
    ) throws(StatementError) -> [KeyspaceSchema.ReplicationOption] {
        guard case .map(let entries) = value else {
            throw StatementError(.configuration, "Missing mandatory replication strategy class")
        }
        var options: [KeyspaceSchema.ReplicationOption] = []
        var className: String?
        for entry in entries {
            if entry.key == .string("class") {
                className = entry.value.text
            } else {
                options.append(.init(name: entry.key.text, value: entry.value.text))
            }
        }
        guard let className else {
            throw StatementError(.configuration, "Missing mandatory replication strategy class")
        }
        let short = className.hasPrefix(classPrefix) ? String(className.dropFirst(classPrefix.count)) : className
        try check(strategy: short, options, keyspace: keyspace)
        if short == "NetworkTopologyStrategy" { options = expanded(options) }
        return [.init(name: "class", value: classPrefix + short)] + options.sorted { $0.name < $1.name }
    }

    /// A `replication_factor` is that of every datacentre that has none of its own, and there is but one.
    private static func expanded(_ options: [KeyspaceSchema.ReplicationOption]) -> [KeyspaceSchema.ReplicationOption] {
        guard let factor = options.first(where: { $0.name == "replication_factor" })?.value else { return options }
        let named = options.filter { $0.name != "replication_factor" }
        return named.isEmpty ? [.init(name: Node.datacenter, value: factor)] : named
    }

    private static func check(
        strategy: String,
        _ options: [KeyspaceSchema.ReplicationOption],
        keyspace: String
    ) throws(StatementError) {
        switch strategy {
        case "SimpleStrategy":
            guard options.contains(where: { $0.name == "replication_factor" }) else {
                throw StatementError(
                    .configuration,
                    "SimpleStrategy requires a replication_factor strategy option."
                )
            }
            if let other = options.first(where: { $0.name != "replication_factor" }) {
                throw StatementError(
                    .configuration,
                    "Unrecognized strategy option {\(other.name)} passed to SimpleStrategy for keyspace \(keyspace)"
                )
            }
        case "NetworkTopologyStrategy":
            for option in options where option.name != "replication_factor" && option.name != Node.datacenter {
                throw StatementError(
                    .configuration,
                    "Unrecognized strategy option {\(option.name)} passed to NetworkTopologyStrategy "
                        + "for keyspace \(keyspace)"
                )
            }
        case "LocalStrategy":
            throw StatementError(
                .configuration,
                "Unable to use given strategy class: LocalStrategy is reserved for internal use."
            )
        case "EverywhereStrategy": return
        default:
            throw StatementError(
                .configuration,
                "Unable to find replication strategy class '\(classPrefix)\(strategy)'"
            )
        }
        for option in options where Int(option.value).map({ $0 < 0 }) ?? true {
            throw StatementError(
                .configuration,
                "Replication factor must be numeric and non-negative, found '\(option.value)'"
            )
        }
    }
}

/// What this node says about itself.
enum Node {
    static let datacenter = "datacenter1"
    static let rack = "rack1"
    static let clusterName = "pgscylla in-memory node"
    /// The release that ScyllaDB claims too: drivers choose their schema queries by it.
    static let releaseVersion = "3.0.8"
    static let cqlVersion = "3.4.5"
    static let partitioner = "org.apache.cassandra.dht.Murmur3Partitioner"
}

import SchemaTranslation

/// What the server's settings and the role mean for a migration.
enum ServerFindings {
    /// Connections of a copy with the default number of readers: theirs, and the one that holds the snapshot.
    static let connectionDemand = 5

    /// - Parameters:
    ///   - facts: what the server says of itself.
    ///   - process: the process that the session's opening named.
    /// - Returns: a finding for each of them, in the order to read them.
    static func findings(_ facts: ServerFacts, process: Int?) -> [Finding] {
        [
            version(facts), session(facts, process: process), role(facts), recovery(facts), encoding(facts),
            connections(facts), walLevel(facts),
            capacity("max_replication_slots", facts.slotLimit, facts.slotCount, "slot"),
            capacity("max_wal_senders", facts.senderLimit, facts.senderCount, "sender"), replication(facts), fdw(facts),
        ]
    }

    private static func version(_ facts: ServerFacts) -> Finding {
        switch facts.versionNumber / 10_000 {
        case ..<14:
            .problem("version", "\(facts.version), which is older than 14", remedy: "upgrade the server to 14 or later")
        case 14...18: .ok("version", facts.version)
        default: .note("version", "\(facts.version), which is newer than 18, the newest that this program was tried on")
        }
    }

    private static func session(_ facts: ServerFacts, process: Int?) -> Finding {
        let address = facts.address.contains(":") ? "[\(facts.address)]" : facts.address
        let place = facts.address.isEmpty ? "a unix-domain socket" : "\(address):\(facts.port)"
        let detail = "user \(facts.role), database \(facts.database), server at \(place)"
        guard process == facts.process else {
            return .note(
                "session",
                "\(detail); another process answers than the one that took the connection: there is a pooler in between",
                remedy: "connect to the server itself, or make the pooler keep a server per session"
            )
        }
        return .ok("session", detail)
    }

    private static func role(_ facts: ServerFacts) -> Finding {
        let limit = facts.roleConnectionLimit
        guard limit >= 0, limit < connectionDemand, !facts.isSuperuser else {
            return .ok("role", "\(facts.role)\(facts.isSuperuser ? ", a superuser" : "")")
        }
        let role = quotedIdentifier(facts.role)
        return .problem(
            "role",
            "\(facts.role) may have \(Quantity.count(limit, "connection")) only",
            remedy: "ALTER ROLE \(role) CONNECTION LIMIT \(connectionDemand), or lower --num-threads"
        )
    }

    private static func recovery(_ facts: ServerFacts) -> Finding {
        guard facts.isStandby else { return .ok("recovery", "a primary") }
        return .note(
            "recovery",
            "a standby: its primary's clean-up may cancel long reads",
            remedy: "set hot_standby_feedback on, or migrate from the primary"
        )
    }

    private static func encoding(_ facts: ServerFacts) -> Finding {
        switch facts.encoding {
        case "UTF8": .ok("encoding", "UTF8")
        case "SQL_ASCII":
            .note(
                "encoding",
                "SQL_ASCII: the server has never checked its text",
                remedy: "expect rows with invalid UTF-8 in the rejects file"
            )
        case let other: .ok("encoding", "\(other), which the server converts to UTF-8")
        }
    }

    private static func connections(_ facts: ServerFacts) -> Finding {
        let reserved = facts.isSuperuser ? 0 : facts.reservedConnectionCount
        let free = max(0, facts.connectionLimit - reserved - facts.connectionCount)
        let detail = "\(free) of \(facts.connectionLimit) free"
        guard free < connectionDemand else { return .ok("max_connections", detail) }
        return .problem(
            "max_connections",
            "\(detail), a copy takes \(connectionDemand)",
            remedy: "raise max_connections and restart, close idle sessions, or lower --num-threads"
        )
    }

    private static func walLevel(_ facts: ServerFacts) -> Finding {
        guard facts.walLevel != "logical" else { return .ok("wal_level", "logical") }
        return .note(
            "wal_level",
            "\(facts.walLevel): rows can be copied, later changes cannot be followed by logical replication",
            remedy: "ALTER SYSTEM SET wal_level = logical, and restart"
        )
    }

    private static func capacity(_ setting: String, _ limit: Int, _ count: Int, _ noun: String) -> Finding {
        let detail = "\(Quantity.count(max(0, limit - count), noun)) of \(limit) free"
        guard count >= limit else { return .ok(setting, detail) }
        return .note(
            setting,
            "\(detail), logical replication takes one",
            remedy: "raise \(setting) and restart, or drop a \(noun) that nobody uses"
        )
    }

    private static func replication(_ facts: ServerFacts) -> Finding {
        guard !facts.isSuperuser, !facts.mayReplicate else { return .ok("replication", "permitted") }
        return .note(
            "replication",
            "not permitted to \(facts.role)",
            remedy: "ALTER ROLE \(quotedIdentifier(facts.role)) REPLICATION, to follow changes by logical replication"
        )
    }

    private static func fdw(_ facts: ServerFacts) -> Finding {
        if let version = facts.installedFDW { return .ok("scylla_fdw", "\(version) in this database") }
        if let version = facts.availableFDW { return .ok("scylla_fdw", "\(version) available") }
        return .note("scylla_fdw", "not installed on the server; only --load-method fdw takes it")
    }
}

/// What a logical replication stream carries, and how.
///
/// PostgreSQL documentation, "Logical Streaming Replication Parameters".
package struct PgOutputOptions: Hashable, Sendable {
    /// Whether large transactions are sent before they are committed.
    package enum Streaming: String, Sendable, CaseIterable {
        case off
        /// In pieces, one after the other: PostgreSQL 14 and later.
        case on
        /// With the place of each rollback, for parallel application: PostgreSQL 16 and later.
        case parallel
    }

    package var publications: [String]
    /// Whether values come in binary form where their type has one.
    package var isBinary: Bool
    /// Whether messages of `pg_logical_emit_message` are sent.
    package var hasMessages: Bool
    package var streaming: Streaming
    /// Whether prepared transactions are sent when they are prepared: PostgreSQL 15 and later.
    package var isTwoPhase: Bool
    /// `none` leaves out changes that were replicated to the server, `any` sends all: PostgreSQL 16 and later.
    package var origin: String?

    package init(
        publications: [String],
        isBinary: Bool = false,
        hasMessages: Bool = false,
        streaming: Streaming = .off,
        isTwoPhase: Bool = false,
        origin: String? = nil
    ) {
        self.publications = publications
        self.isBinary = isBinary
        self.hasMessages = hasMessages
        self.streaming = streaming
        self.isTwoPhase = isTwoPhase
        self.origin = origin
    }

    /// The lowest version of the protocol that has all of this.
    package var protocolVersion: Int {
        if streaming == .parallel { return 4 }
        if isTwoPhase { return 3 }
        return streaming == .on ? 2 : 1
    }

    /// What a server must be at least, and for what.
    var needs: [(feature: String, version: Int)] {
        var needs: [(String, Int)] = []
        if streaming == .parallel { needs.append(("streaming=parallel", 16)) }
        if origin != nil { needs.append(("the replication option origin", 16)) }
        if isTwoPhase { needs.append(("replication of prepared transactions", 15)) }
        if streaming == .on { needs.append(("streaming of transactions in progress", 14)) }
        return needs
    }

    /// The list of START_REPLICATION.
    var list: String {
        // The server splits the list of publications as it splits a list of identifiers.
        let names = publications.map(SQLText.identifier).joined(separator: ",")
        var options = [("proto_version", "\(protocolVersion)"), ("publication_names", names)]
        if isBinary { options.append(("binary", "true")) }
        if hasMessages { options.append(("messages", "true")) }
        if streaming != .off { options.append(("streaming", streaming.rawValue)) }
        if isTwoPhase { options.append(("two_phase", "true")) }
        if let origin { options.append(("origin", origin)) }
        return ReplicationText.list(options.map { "\($0) \(ReplicationText.literal($1))" })
    }
}

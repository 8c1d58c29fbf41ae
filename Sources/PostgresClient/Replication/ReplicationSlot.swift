package import PostgresWire

/// How a logical replication slot is made.
///
/// PostgreSQL documentation, "Streaming Replication Protocol", CREATE_REPLICATION_SLOT.
package struct LogicalSlotOptions: Hashable, Sendable {
    /// What becomes of the snapshot that shows the database as it was when the slot's stream begins.
    package enum Snapshot: String, Sendable, CaseIterable {
        /// Other transactions may enter it, until the next command of this connection.
        case export
        /// The open transaction of this connection enters it: repeatable read, read only, and without a statement so far.
        case use
        /// Nobody wants it.
        case nothing
    }

    package var snapshot: Snapshot
    /// Whether the slot goes with the connection.
    package var isTemporary: Bool
    /// Whether prepared transactions are decoded when they are prepared: PostgreSQL 15 and later.
    package var isTwoPhase: Bool
    /// Whether standbys keep a copy, to be used after a failover: PostgreSQL 17 and later.
    package var isFailover: Bool
    package var plugin: String

    package init(
        snapshot: Snapshot = .nothing,
        isTemporary: Bool = false,
        isTwoPhase: Bool = false,
        isFailover: Bool = false,
        plugin: String = "pgoutput"
    ) {
        self.snapshot = snapshot
        self.isTemporary = isTemporary
        self.isTwoPhase = isTwoPhase
        self.isFailover = isFailover
        self.plugin = plugin
    }

    /// The command; up to version 14 options are words without a list.
    func command(slot: String, serverMajorVersion: Int) -> String {
        let head =
            "CREATE_REPLICATION_SLOT \(SQLText.identifier(slot))\(isTemporary ? " TEMPORARY" : "") LOGICAL "
            + SQLText.identifier(plugin)
        if serverMajorVersion < 15 {
            let word =
                switch snapshot {
                case .export: "EXPORT_SNAPSHOT"
                case .use: "USE_SNAPSHOT"
                case .nothing: "NOEXPORT_SNAPSHOT"
                }
            return "\(head) \(word)"
        }
        var options = ["SNAPSHOT \(ReplicationText.literal(snapshot.rawValue))"]
        if isTwoPhase { options.append("TWO_PHASE true") }
        if isFailover { options.append("FAILOVER true") }
        return head + ReplicationText.list(options)
    }
}

/// A replication slot that was just made.
package struct CreatedSlot: Hashable, Sendable {
    package let name: String
    /// The first position that its stream may begin at: the snapshot shows all that was committed before.
    package let consistentPoint: LogSequenceNumber
    /// What `TransactionOptions.snapshot` takes, when it was exported.
    package let snapshot: String?
}

/// How far back a slot keeps the log.
package struct SlotPosition: Hashable, Sendable {
    package let restart: LogSequenceNumber?
    package let timeline: Int64?
}

/// Replication slots; all of these need a replication connection (`PostgresConfiguration.replication`).
extension PostgresConnection {
    /// Makes a slot for logical replication.
    ///
    /// - Throws: `PostgresError`: the server's, or that it is too old for an option.
    package func createLogicalSlot(
        _ name: String,
        _ options: LogicalSlotOptions = LogicalSlotOptions()
    ) async throws(PostgresError) -> CreatedSlot {
        if options.isFailover { try require("a replication slot that survives a failover", since: 17) }
        if options.isTwoPhase { try require("a replication slot for two-phase commit", since: 15) }
        return try await create(options.command(slot: name, serverMajorVersion: serverMajorVersion))
    }

    /// Makes a slot for physical replication.
    ///
    /// - Throws: `PostgresError`.
    package func createPhysicalSlot(
        _ name: String,
        isTemporary: Bool = false,
        reservesLog: Bool = false
    ) async throws(PostgresError) -> CreatedSlot {
        let head = "CREATE_REPLICATION_SLOT \(SQLText.identifier(name))\(isTemporary ? " TEMPORARY" : "") PHYSICAL"
        let reservation = serverMajorVersion < 15 ? " RESERVE_WAL" : " (RESERVE_WAL)"
        return try await create(head + (reservesLog ? reservation : ""))
    }

    private func create(_ command: String) async throws(PostgresError) -> CreatedSlot {
        let row = try await replicationRow(command)
        return try understanding("CREATE_REPLICATION_SLOT") { () throws(PostgresDecodingError) in
            CreatedSlot(
                name: try row.decode(String.self, 0),
                consistentPoint: try row.decodePosition(1) ?? .zero,
                snapshot: try row.decode(String?.self, 2)
            )
        }
    }

    /// Removes a slot.
    ///
    /// - Parameters:
    ///   - name: the slot's name.
    ///   - waits: whether to wait until whoever uses it has finished, rather than fail.
    /// - Throws: `PostgresError`.
    package func dropSlot(_ name: String, waits: Bool = false) async throws(PostgresError) {
        try await execute("DROP_REPLICATION_SLOT \(SQLText.identifier(name))\(waits ? " WAIT" : "")")
    }

    /// Changes a logical slot.
    ///
    /// - Parameters:
    ///   - name: the slot's name.
    ///   - isFailover: whether standbys keep a copy: PostgreSQL 17 and later.
    ///   - isTwoPhase: whether prepared transactions are decoded when they are prepared: PostgreSQL 18 and later.
    /// - Throws: `PostgresError`: the server's, or that it is too old.
    package func alterSlot(
        _ name: String,
        isFailover: Bool? = nil,
        isTwoPhase: Bool? = nil
    ) async throws(PostgresError) {
        try require("changing a replication slot", since: 17)
        if isTwoPhase != nil { try require("changing a replication slot's two-phase commit", since: 18) }
        let options = [isFailover.map { "FAILOVER \($0)" }, isTwoPhase.map { "TWO_PHASE \($0)" }].compactMap(\.self)
        guard !options.isEmpty else { throw .invalidRequest("there is nothing to change in the replication slot") }
        try await execute("ALTER_REPLICATION_SLOT \(SQLText.identifier(name))\(ReplicationText.list(options))")
    }

    /// Reads how far back a physical slot keeps the log; the server refuses to say so of a logical one.
    ///
    /// - Returns: the position, or `nil` when there is no such slot.
    /// - Throws: `PostgresError`: the server's, or that it is too old.
    package func readSlot(_ name: String) async throws(PostgresError) -> SlotPosition? {
        try require("READ_REPLICATION_SLOT", since: 15)
        let row = try await replicationRow("READ_REPLICATION_SLOT \(SQLText.identifier(name))")
        return try understanding("READ_REPLICATION_SLOT") { () throws(PostgresDecodingError) in
            guard try row.decode(String?.self, 0) != nil else { return nil }
            return SlotPosition(restart: try row.decodePosition(1), timeline: try row.decode(Int64?.self, 2))
        }
    }
}

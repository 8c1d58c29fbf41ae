import CQLWire

/// What a statement led to.
enum Outcome {
    case result(ResultResponse)
    /// A definition changed the schema; all registered clients are to hear of it.
    case schemaChanged(SchemaChange)
    case useKeyspace(String)
}

/// How a statement is to run, beside its values.
struct RunOptions {
    var consistency: Consistency
    /// The connection's keyspace.
    var keyspace: String?
    var defaultTimestamp: Int64?
    var skipsMetadata = false
    var pageSize: Int32?
    var pagingState: ArraySlice<UInt8>?
    var serialConsistency: Consistency?
    /// Of the one partition that is concerned, where that is known.
    var token: Token?
}

/// Schema, rows and prepared statements of the node: everything but sockets.
///
/// It belongs to one thread.
final class Database {
    private(set) var schema: Schema
    /// Rows that writes touched so far.
    private(set) var writtenRowCount = 0
    /// Goes up with every change of rows or schema.
    private(set) var changeCount = 0
    /// How many of a partition's replicas could answer, by replication factor; nil: this node is the only one.
    var aliveReplicaCount: ((_ replicationFactor: Int, _ token: Token?) -> Int)?
    /// Whether other nodes have writes that this one has not got yet; nil: it is the only one.
    var missesWrites: (() -> Bool)?
    /// False while writes are run again that were taken once.
    var checksReplicas = true
    private var stores: [CQLUUID: StoredTable] = [:]
    /// The store used last: a load writes to the same one over and over.
    private var latestStore: (id: CQLUUID, table: StoredTable)?
    private let now: () -> Int64
    private let makeUUID: @Sendable () -> CQLUUID
    private var prepared = PreparedStatements()
    private var scratch = RowMutation()
    /// The timestamp of a write that brings none.
    var drawTimestamp: () -> Int64
    private let keepsRows: Bool
    /// What the node tells about itself.
    var systemTables: SystemTables

    /// An empty database.
    ///
    /// - Parameters:
    ///   - keepsRows: false: writes are checked but not stored.
    ///   - systemTables: the tables that describe the node.
    ///   - now: microseconds since 1970.
    ///   - makeUUID: draws ids.
    init(
        keepsRows: Bool = true,
        systemTables: SystemTables,
        now: @escaping () -> Int64,
        makeUUID: @escaping @Sendable () -> CQLUUID
    ) {
        self.keepsRows = keepsRows
        self.systemTables = systemTables
        self.now = now
        self.makeUUID = makeUUID
        var clock = WriteClock(now: now)
        drawTimestamp = { clock.next() }
        ListPath.begin(at: now())
        schema = Schema(system: systemTables.keyspaces, makeUUID: makeUUID)
    }

    /// Parses, compiles and runs a statement given as text.
    ///
    /// - Throws: `StatementError` when it is refused; nothing was changed then.
    func query(_ text: String, _ values: QueryValues?, _ options: RunOptions) throws(StatementError) -> Outcome {
        let parsed = try Parser.parse(text)
        let compiled = try StatementCompiler(schema: schema, keyspace: options.keyspace).compile(parsed)
        let bound = try bind(values, to: compiled.markers, mismatch: "Invalid amount of bind variables")
        return try run(compiled, bound, options)
    }

    /// Prepares a statement.
    ///
    /// - Throws: `StatementError` when it is refused.
    func prepare(_ text: String, keyspace: String?) throws(StatementError) -> PreparedResult {
        let parsed = try Parser.parse(text)
        let compiled = try StatementCompiler(schema: schema, keyspace: keyspace).compile(parsed)
        let id = PreparedStatements.id(keyspace: keyspace, query: text, isWrite: compiled.plan.isWrite)
        prepared.insert(PreparedStatement(id: id, keyspace: keyspace, query: text, compiled: compiled))
        return PreparedResult(
            id: PreparedID(bytes: id[...]),
            markers: compiled.markers,
            partitionKeyIndices: compiled.partitionKeyIndices,
            result: compiled.resultColumns.map { RowsMetadata(columns: $0) } ?? RowsMetadata(columnCount: 0)
        )
    }

    /// The prepared statement with the id that lies in `bytes` at `range`.
    ///
    /// - Throws: `StatementError` (unprepared) when there is none.
    func preparedStatement(_ bytes: [UInt8], _ range: Range<Int>) throws(StatementError) -> PreparedStatement {
        guard let statement = prepared.find(bytes, range) else { throw PreparedStatements.unprepared(bytes[range]) }
        return statement
    }

    /// Forgets every prepared statement, as a restart does.
    func forgetPreparedStatements() { prepared = PreparedStatements() }

    /// Runs a prepared statement.
    ///
    /// - Throws: `StatementError` when its values do not fit.
    func execute(
        _ statement: PreparedStatement,
        _ values: QueryValues?,
        _ options: RunOptions
    ) throws(StatementError) -> Outcome {
        let markers = statement.compiled.markers
        let bound = try bind(
            values,
            to: markers,
            mismatch: "there were \(markers.count) markers(?) in CQL but \(values?.count ?? 0) bound variables"
        )
        return try run(statement.compiled, bound, options)
    }
}

// MARK: - Batches

extension Database {
    /// Runs a BATCH message.
    ///
    /// - Throws: `StatementError` when one of its statements is refused; nothing was changed then.
    func batch(_ request: BatchRequest, keyspace: String?) throws(StatementError) -> Outcome {
        if request.kind == .counter, !request.entries.isEmpty {
            throw .invalid("Cannot include non-counter statement in a counter batch")
        }
        var parts: [ConditionalPlan.Part] = []
        var bound: [BoundValues] = []
        for entry in request.entries {
            let compiled = try self.compiled(entry.statement, keyspace: keyspace)
            switch compiled.plan {
            case .write(let plan): parts.append(.init(write: plan, condition: nil))
            case .conditional(let plan) where !plan.isBatch: parts += plan.parts
            default:
                throw .invalid("Invalid statement in batch: only UPDATE, INSERT and DELETE statements are allowed.")
            }
            let count = compiled.markers.count
            guard entry.values.count == count else {
                throw .invalid("There were \(count) markers(?) in CQL but \(entry.values.count) bound variables")
            }
            bound.append(BoundValues(entry.values))
        }
        var options = RunOptions(consistency: request.consistency, defaultTimestamp: request.defaultTimestamp)
        options.serialConsistency = request.serialConsistency
        if parts.contains(where: { $0.condition != nil }) {
            let plan = ConditionalPlan(parts: parts, isBatch: true, timestamp: nil)
            try plan.check()
            return .result(.rows(try run(plan, bound, options)))
        }
        try run(zip(parts, bound).map { (plan: $0.write, bound: $1) }, options)
        return .result(.void)
    }

    private func compiled(
        _ statement: BatchRequest.Statement,
        keyspace: String?
    ) throws(StatementError) -> CompiledStatement {
        switch statement {
        case .query(let text):
            return try StatementCompiler(schema: schema, keyspace: keyspace).compile(try Parser.parse(text))
        case .prepared(let id):
            let bytes = Array(id.bytes)
            return try preparedStatement(bytes, bytes.indices).compiled
        }
    }
}

// MARK: - Running

extension Database {
    /// The moment at which a statement runs.
    var environment: RunEnvironment { RunEnvironment(now: now(), makeUUID: makeUUID) }

    /// Runs a compiled statement with bound values.
    ///
    /// - Throws: `StatementError` when it is refused; nothing was changed then.
    func run(
        _ compiled: CompiledStatement,
        _ bound: BoundValues,
        _ options: RunOptions
    ) throws(StatementError) -> Outcome {
        switch compiled.plan {
        case .use(let keyspace):
            _ = try schema.requireKeyspace(keyspace)
            return .useKeyspace(keyspace)
        case .definition(let statement): return try define(statement, options)
        case .truncate(let table):
            changeCount += 1
            removeStore(of: table)
            return .result(.void)
        case .write(let plan):
            try self.run(plan, bound, options)
            return .result(.void)
        case .batch(let plan):
            try run(plan, bound, options)
            return .result(.void)
        case .conditional(let plan):
            let rows = try run(plan, [BoundValues](repeating: bound, count: plan.parts.count), options)
            return .result(.rows(rows))
        case .describe(let describe):
            let description = SchemaDescription(schema: schema, keyspace: options.keyspace)
            return .result(.rows(try description.rows(for: describe, options)))
        case .select(let plan):
            try ReplicaCheck.requireRead(options.consistency)
            try requireEveryWrite(of: plan.table)
            try requireReplicas(of: plan.table, plan.partitionRestrictions, bound, plan.constants, options)
            var run = try SelectRun(plan, bound, options, try store(for: plan), environment)
            return .result(.rows(try run.rows()))
        }
    }

    /// Runs a write with values whose number was checked.
    ///
    /// - Throws: `StatementError` when it is refused; nothing was changed then.
    func run(_ plan: WritePlan, _ bound: BoundValues, _ options: RunOptions) throws(StatementError) {
        try ReplicaCheck.requireWrite(options.consistency)
        try requireReplicas(of: plan.table, plan.partition, bound, plan.constants, options)
        try apply(plan, bound, timestamp: options.defaultTimestamp ?? drawTimestamp())
    }

    /// Runs writes as one: all of them, or none when one is refused.
    ///
    /// - Throws: `StatementError` when one is refused; nothing was changed then.
    func run(_ writes: [(plan: WritePlan, bound: BoundValues)], _ options: RunOptions) throws(StatementError) {
        for write in writes {
            let plan = write.plan
            try ReplicaCheck.requireWrite(options.consistency)
            try requireReplicas(of: plan.table, plan.partition, write.bound, plan.constants, options)
            try plan.check(write.bound, scratch: &scratch) { environment }
        }
        try apply(writes, timestamp: options.defaultTimestamp ?? drawTimestamp())
    }

    /// Applies writes whose values were checked, as one: what depends on the elements of lists is decided by the lists
    /// as they are before, so that an element that there is not refuses them all.
    ///
    /// - Throws: `StatementError` (invalid) when one is refused; nothing was changed then.
    private func apply(
        _ writes: [(plan: WritePlan, bound: BoundValues)],
        timestamp: Int64
    ) throws(StatementError) {
        var decisions: [Int: WritePlan.Decision] = [:]
        for (index, write) in writes.enumerated() where keepsRows && write.plan.readsLists {
            decisions[index] = try write.plan.decision(
                write.bound,
                defaultTimestamp: timestamp,
                scratch: &scratch,
                on: stored(write.plan.table)
            ) { environment }
        }
        for (index, write) in writes.enumerated() {
            guard let decision = decisions[index] else {
                try apply(write.plan, write.bound, timestamp: timestamp)
                continue
            }
            changeCount += 1
            decision.apply(to: stored(write.plan.table))
            writtenRowCount += decision.rowCount
        }
    }

    private func run(_ plan: BatchPlan, _ bound: BoundValues, _ options: RunOptions) throws(StatementError) {
        var options = options
        if let source = plan.timestamp {
            let running = try RunningValues(bound, constants: plan.constants) { environment }
            options.defaultTimestamp = try running.integer(source, Int64.self, "timestamp")
        }
        try run(plan.writes.map { (plan: $0, bound: bound) }, options)
    }

    /// Runs a lightweight transaction; there is one replica, which is of one mind with itself.
    private func run(
        _ plan: ConditionalPlan,
        _ bound: [BoundValues],
        _ options: RunOptions
    ) throws(StatementError) -> Rows {
        switch options.serialConsistency {
        case nil, .serial, .localSerial: break
        default:
            throw .invalid(
                "Invalid consistency for conditional update. Must be one of SERIAL or LOCAL_SERIAL"
            )
        }
        let table = plan.table
        try requireEveryWrite(of: table)
        for (part, bound) in zip(plan.parts, bound) {
            let plan = part.write
            try requireReplicas(of: table, plan.partition, bound, plan.constants, options)
            try plan.check(bound, scratch: &scratch) { environment }
        }
        let transaction = try ConditionalRun(plan, bound, stored(table).store, environment)
        let isApplied = try transaction.holds()
        let answer = try transaction.answer(isApplied: isApplied)
        if isApplied {
            // The node's clock alone: whoever goes by conditions must not write into the past.
            try apply(zip(plan.parts, bound).map { (plan: $0.write, bound: $1) }, timestamp: drawTimestamp())
        }
        return answer
    }

    /// Refuses to read what others have newer: the rows that are here are all that is looked at.
    ///
    /// - Throws: `StatementError` (bootstrapping), upon which drivers ask another node.
    private func requireEveryWrite(of table: TableSchema) throws(StatementError) {
        guard checksReplicas, let missesWrites, schema.keyspaces[table.keyspace]?.isSystem != true else { return }
        if missesWrites() { throw .bootstrapping }
    }

    /// Refuses a statement whose partitions have too few replicas that could answer.
    ///
    /// - Throws: `StatementError` (unavailable), or (invalid) for values that no key can have.
    private func requireReplicas(
        of table: TableSchema,
        _ partition: [KeyRestriction]?,
        _ bound: BoundValues,
        _ constants: StatementConstants,
        _ options: RunOptions
    ) throws(StatementError) {
        guard checksReplicas, let keyspace = schema.keyspaces[table.keyspace], !keyspace.isSystem else { return }
        guard let aliveReplicaCount else {
            return try ReplicaCheck.require(options.consistency, in: keyspace) { _ in 1 }
        }
        var tokens = [options.token]
        if options.token == nil, let partition {
            // Ids that the key is made of are drawn anew when it is written.
            let running = try RunningValues(bound, constants: constants) {
                RunEnvironment(now: now(), makeUUID: CQLUUID.random)
            }
            tokens = try PartitionKeys.all(partition, of: table.partitionKey, running).map { Token(routingKey: $0) }
        }
        for token in tokens {
            try ReplicaCheck.require(options.consistency, in: keyspace) { aliveReplicaCount($0, token) }
        }
    }

    private func apply(_ plan: WritePlan, _ bound: BoundValues, timestamp: Int64) throws(StatementError) {
        changeCount += 1
        guard keepsRows else {
            writtenRowCount += 1
            return
        }
        let stored = stored(plan.table)
        writtenRowCount += try plan.run(bound, defaultTimestamp: timestamp, scratch: &scratch, on: stored) {
            environment
        }
    }

    private func stored(_ table: TableSchema) -> StoredTable {
        if let latestStore, latestStore.id == table.id { return latestStore.table }
        let stored = stores[table.id] ?? StoredTable(TableStore(clustering: table.clusteringOrder))
        stores[table.id] = stored
        latestStore = (table.id, stored)
        return stored
    }

    /// The rows that a SELECT is to look at; only one that goes by tokens needs them in that order.
    private func store(for plan: SelectPlan) throws(StatementError) -> TableStore {
        let isOrdered = plan.partitionRestrictions == nil
        if var store = try systemTables.store(of: plan.table, schema) {
            if isOrdered { store.prepareScan() }
            return store
        }
        let stored = stored(plan.table)
        if isOrdered { stored.prepareScan() }
        return stored.store
    }

    private func removeStore(of table: TableSchema) {
        stores[table.id] = nil
        latestStore = nil
    }

    private func define(_ statement: Statement, _ options: RunOptions) throws(StatementError) -> Outcome {
        let current = options.keyspace
        let delta: SchemaDelta? =
            switch statement {
            case .createKeyspace(let create): try schema.create(create)
            case .alterKeyspace(let alter): try schema.alter(alter)
            case .dropKeyspace(let name, let ifExists): try schema.dropKeyspace(name, ifExists: ifExists)
            case .createTable(let create): try schema.create(create, current: current)
            case .alterTable(let alter): try schema.alter(alter, current: current)
            case .dropTable(let name, let ifExists):
                try schema.dropTable(name, ifExists: ifExists, current: current)
            case .createType(let create): try schema.create(create, current: current)
            case .alterType(let alter): try schema.alter(alter, current: current)
            case .dropType(let name, let ifExists):
                try schema.dropType(name, ifExists: ifExists, current: current)
            case .dropAbsent(let kind, let name, let ifExists):
                try schema.dropAbsent(kind, name, ifExists: ifExists, current: current)
            case .use, .truncate, .insert, .update, .delete, .batch, .select, .describe: nil
            }
        guard let delta else { return .result(.void) }
        changeCount += 1
        for table in delta.removedTables { removeStore(of: table) }
        if delta.change.change != .created {
            let schema = schema
            prepared.removeAll { table in schema.keyspaces[table.keyspace]?.tables[table.name] != table }
        }
        return .schemaChanged(delta.change)
    }
}

// MARK: - Binding

extension Database {
    /// Puts values into the order of the markers.
    private func bind(
        _ values: QueryValues?,
        to markers: [ColumnSpec],
        mismatch: String
    ) throws(StatementError) -> BoundValues {
        switch values {
        case nil:
            guard markers.isEmpty else { throw .invalid(mismatch) }
            return BoundValues([])
        case .positional(let values):
            guard values.count == markers.count else { throw .invalid(mismatch) }
            return BoundValues(values)
        case .named(let named):
            var ordered: [CQLValueBytes] = []
            for marker in markers {
                guard let value = named.first(where: { $0.name == marker.name }) else { continue }
                ordered.append(value.value)
            }
            guard ordered.count == markers.count else {
                throw .invalid("there were \(markers.count) markers(?) in CQL but \(ordered.count) bound variables")
            }
            return BoundValues(ordered)
        }
    }
}

/// The node's clock for writes that bring no timestamp: never twice the same, never backwards.
struct WriteClock {
    private let now: () -> Int64
    private var last = Int64.min

    init(now: @escaping () -> Int64) {
        self.now = now
    }

    mutating func next() -> Int64 {
        last = max(now(), last == .max ? last : last + 1)
        return last
    }
}

extension TableSchema {
    /// How the rows of a partition are ordered.
    var clusteringOrder: ClusteringOrder {
        ClusteringOrder(
            components: clustering.map { column in
                var isDescending = false
                if case .clustering(_, let descending) = column.kind { isDescending = descending }
                return ClusteringOrder.Component(type: column.type, isDescending: isDescending)
            }
        )
    }
}

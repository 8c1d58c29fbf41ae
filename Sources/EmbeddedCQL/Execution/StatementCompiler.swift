import CQLWire

/// Compiles parsed statements against a schema.
struct StatementCompiler {
    let schema: Schema
    /// The connection's keyspace.
    let keyspace: String?

    /// Compiles `parsed`.
    ///
    /// - Throws: `StatementError` for names, types and clauses that do not fit the schema or this node.
    func compile(_ parsed: ParsedStatement) throws(StatementError) -> CompiledStatement {
        let context = CompilationContext(markerNames: parsed.markerNames)
        switch parsed.statement {
        case .use(let name): return try plain(.use(keyspace: name), context)
        case .createKeyspace, .alterKeyspace, .dropKeyspace, .createTable, .alterTable, .dropTable:
            return try plain(.definition(parsed.statement), context)
        case .truncate(let name): return try plain(.truncate(try changeableTable(name)), context)
        case .insert, .update, .delete:
            let (plan, context) = try write(parsed.statement, context)
            return CompiledStatement(
                plan: .write(plan),
                markers: try context.markerSpecs(),
                partitionKeyIndices: Self.partitionKeyIndices(plan.partition),
                resultColumns: nil
            )
        case .batch(let batch): return try compile(batch, context)
        case .select(let select):
            var compiler = try SelectCompiler(select, schema, current: keyspace, context: context)
            let plan = try compiler.compile()
            return CompiledStatement(
                plan: .select(plan),
                markers: try compiler.context.markerSpecs(),
                partitionKeyIndices: plan.partitionRestrictions.map(Self.partitionKeyIndices) ?? [],
                resultColumns: plan.columnSpecs
            )
        }
    }

    private func plain(
        _ plan: StatementPlan,
        _ context: CompilationContext
    ) throws(StatementError) -> CompiledStatement {
        CompiledStatement(
            plan: plan,
            markers: try context.markerSpecs(),
            partitionKeyIndices: [],
            resultColumns: nil
        )
    }

    private func changeableTable(_ name: TableName) throws(StatementError) -> TableSchema {
        let table = try schema.requireTable(name, current: keyspace)
        guard schema.keyspaces[table.keyspace]?.isSystem != true else {
            throw StatementError(.unauthorized, "\(table.keyspace) keyspace is not user-modifiable.")
        }
        return table
    }

    private func write(
        _ statement: Statement,
        _ context: CompilationContext
    ) throws(StatementError) -> (WritePlan, CompilationContext) {
        switch statement {
        case .insert(let insert):
            var compiler = try WriteCompiler(insert.table, schema, current: keyspace, context: context)
            return (try compiler.compile(insert), compiler.context)
        case .update(let update):
            var compiler = try WriteCompiler(update.table, schema, current: keyspace, context: context)
            return (try compiler.compile(update), compiler.context)
        case .delete(let delete):
            var compiler = try WriteCompiler(delete.table, schema, current: keyspace, context: context)
            return (try compiler.compile(delete), compiler.context)
        default:
            throw .invalid("Invalid statement in batch: only UPDATE, INSERT and DELETE statements are allowed.")
        }
    }

    private func compile(
        _ batch: Batch,
        _ context: CompilationContext
    ) throws(StatementError) -> CompiledStatement {
        if batch.kind == .counter { throw .unsupported("counters are") }
        guard batch.using.timeToLive == nil else {
            throw .invalid("Global TTL on the BATCH statement is not supported.")
        }
        var context = context
        var timestamp: ValueSource?
        var writes: [WritePlan] = []
        for statement in batch.statements {
            let (plan, grown) = try write(statement, context)
            context = grown
            guard batch.using.timestamp == nil || plan.timestamp == nil else {
                throw .invalid("Timestamp must be set either on BATCH or individual statements")
            }
            writes.append(plan)
        }
        if let term = batch.using.timestamp, let table = writes.first?.table {
            timestamp = try context.source(term, .bigint, name: "[timestamp]", in: table)
        }
        return CompiledStatement(
            plan: .batch(BatchPlan(writes: writes, timestamp: timestamp, constants: context.constants)),
            markers: try context.markerSpecs(),
            partitionKeyIndices: [],
            resultColumns: nil
        )
    }

    private static func partitionKeyIndices(_ restrictions: [KeyRestriction]) -> [UInt16] {
        let indices = restrictions.compactMap(\.markerIndex).compactMap { UInt16(exactly: $0) }
        return indices.count == restrictions.count ? indices : []
    }
}

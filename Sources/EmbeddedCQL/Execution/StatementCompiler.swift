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
        case .createKeyspace, .alterKeyspace, .dropKeyspace, .createTable, .alterTable, .dropTable, .createType,
            .alterType, .dropType, .dropAbsent:
            return try plain(.definition(parsed.statement), context)
        case .truncate(let name): return try plain(.truncate(try changeableTable(name)), context)
        case .describe(let describe): return try plain(.describe(describe), context)
        case .insert, .update, .delete:
            let (part, context) = try write(parsed.statement, context)
            let conditional = ConditionalPlan(parts: [part], isBatch: false, timestamp: nil)
            return CompiledStatement(
                plan: part.condition == nil ? .write(part.write) : .conditional(conditional),
                markers: try context.markerSpecs(),
                partitionKeyIndices: Self.partitionKeyIndices(part.write.partition),
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
    ) throws(StatementError) -> (ConditionalPlan.Part, CompilationContext) {
        let name: TableName
        let condition: Condition
        switch statement {
        case .insert(let insert): (name, condition) = (insert.table, insert.condition)
        case .update(let update): (name, condition) = (update.table, update.condition)
        case .delete(let delete): (name, condition) = (delete.table, delete.condition)
        default:
            throw .invalid("Invalid statement in batch: only UPDATE, INSERT and DELETE statements are allowed.")
        }
        var context = context
        context.beginStatement()
        var compiler = try WriteCompiler(name, schema, current: keyspace, context: context)
        let plan: WritePlan
        switch statement {
        case .insert(let insert): plan = try compiler.compile(insert)
        case .update(let update): plan = try compiler.compile(update)
        case .delete(let delete): plan = try compiler.compile(delete)
        default: throw .invalid("Invalid statement in batch")
        }
        guard condition != .none else { return (.init(write: plan, condition: nil), compiler.context) }
        var conditions = ConditionCompiler(plan: plan, context: compiler.context)
        let compiled = try conditions.compile(condition)
        let whole = plan.with(constants: conditions.context.constants)
        return (.init(write: whole, condition: compiled), conditions.context)
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
        var parts: [ConditionalPlan.Part] = []
        for statement in batch.statements {
            let (part, grown) = try write(statement, context)
            context = grown
            guard batch.using.timestamp == nil || part.write.timestamp == nil else {
                throw .invalid("Timestamp must be set either on BATCH or individual statements")
            }
            parts.append(part)
        }
        var timestamp: ValueSource?
        context.beginStatement()
        if let term = batch.using.timestamp, let table = parts.first?.write.table {
            timestamp = try context.source(term, .bigint, name: "[timestamp]", in: table)
        }
        var plan = StatementPlan.batch(
            BatchPlan(writes: parts.map(\.write), timestamp: timestamp, constants: context.constants)
        )
        if parts.contains(where: { $0.condition != nil }) {
            let conditional = ConditionalPlan(parts: parts, isBatch: true, timestamp: timestamp)
            try conditional.check()
            plan = .conditional(conditional)
        }
        return CompiledStatement(
            plan: plan,
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

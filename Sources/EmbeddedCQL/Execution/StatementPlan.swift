import CQLWire

/// A statement made ready to run: names resolved, types checked, constants encoded.
enum StatementPlan: Sendable {
    case use(keyspace: String)
    /// CREATE, ALTER and DROP: looked at again each time, for they are what changes the schema.
    case definition(Statement)
    case truncate(TableSchema)
    case write(WritePlan)
    case batch(BatchPlan)
    case conditional(ConditionalPlan)
    case describe(Describe)
    case select(SelectPlan)

    /// Whether it writes rows and returns nothing.
    var isWrite: Bool {
        switch self {
        case .write, .batch: true
        case .use, .definition, .truncate, .select, .conditional, .describe: false
        }
    }

    /// The tables that it was compiled against.
    var tables: [TableSchema] {
        switch self {
        case .use, .definition, .describe: []
        case .conditional(let plan): plan.parts.map(\.write.table)
        case .truncate(let table): [table]
        case .write(let plan): [plan.table]
        case .batch(let plan): plan.writes.map(\.table)
        case .select(let plan): [plan.table]
        }
    }
}

/// `BEGIN BATCH … APPLY BATCH`, compiled.
struct BatchPlan: Sendable {
    let writes: [WritePlan]
    let timestamp: ValueSource?
    let constants: StatementConstants
}

/// A compiled statement with what a client is told about it.
struct CompiledStatement: Sendable {
    let plan: StatementPlan
    let markers: [ColumnSpec]
    /// The markers that make up the partition key, when each part is one marker.
    let partitionKeyIndices: [UInt16]
    /// Nil: it returns no rows.
    let resultColumns: [ColumnSpec]?
}

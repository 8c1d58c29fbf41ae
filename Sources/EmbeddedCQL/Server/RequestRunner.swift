import CQLWire

/// Runs the requests of one connection on the database.
struct RequestRunner {
    private let database: Database
    private(set) var keyspace: String?
    private var bound = BoundValues([])
    private var routing: RoutingCheck?

    private let log: WriteLog?

    /// - Parameters:
    ///   - database: what the requests run on.
    ///   - routing: looks at where they belong; nil where every partition is in the same place.
    ///   - log: is told of what changed something.
    init(_ database: Database, routing: RoutingCheck? = nil, log: WriteLog? = nil) {
        self.database = database
        self.routing = routing
        self.log = log
    }

    /// Goes on with that keyspace in use.
    mutating func use(_ keyspace: String?) { self.keyspace = keyspace }

    /// What a request leads to, beside its answer.
    struct Answer {
        var response: Response
        /// To be told to all who registered.
        var schemaChange: SchemaChange?
    }

    /// Runs a request that is not part of the handshake, and not REGISTER.
    mutating func run(_ request: Request) -> Answer {
        log?.clock.begin()
        defer { log?.clock.end() }
        let changeCount = database.changeCount
        do throws(StatementError) {
            let keyspace = keyspace
            let answer = try answer(request)
            if let log, database.changeCount != changeCount {
                for statement in statements(of: request) { log.note(statement) }
                log.append(request, keyspace: keyspace)
            }
            return answer
        } catch {
            return Answer(response: .error(error.response))
        }
    }

    /// Whether a statement that was prepared has conditions.
    func isConditional(_ id: PreparedID) -> Bool {
        let bytes = Array(id.bytes)
        guard let statement = try? database.preparedStatement(bytes, bytes.indices),
            case .conditional = statement.compiled.plan
        else { return false }
        return true
    }

    /// The prepared statements that a request names.
    private func statements(of request: Request) -> [PreparedStatement] {
        let ids: [PreparedID] =
            switch request {
            case .execute(let execute): [execute.id]
            case .batch(let batch):
                batch.entries.compactMap { entry in
                    if case .prepared(let id) = entry.statement { id } else { nil }
                }
            default: []
            }
        return ids.compactMap { id in
            let bytes = Array(id.bytes)
            return try? database.preparedStatement(bytes, bytes.indices)
        }
    }

    private mutating func answer(_ request: Request) throws(StatementError) -> Answer {
        switch request {
        case .query(let query):
            return answer(try database.query(query.query, query.parameters.values, options(query.parameters)))
        case .prepare(let prepare):
            return Answer(response: .result(.prepared(try database.prepare(prepare.query, keyspace: keyspace))))
        case .execute(let execute):
            let id = Array(execute.id.bytes)
            let statement = try database.preparedStatement(id, id.indices)
            var options = options(execute.parameters)
            if case .positional(let values) = execute.parameters.values {
                options.token = routing?.count(statement.compiled, BoundValues(values))
            }
            let outcome = try database.execute(statement, execute.parameters.values, options)
            return answer(outcome)
        case .batch(let batch):
            for entry in batch.entries {
                guard case .prepared(let id) = entry.statement else { continue }
                let bytes = Array(id.bytes)
                let statement = try database.preparedStatement(bytes, bytes.indices)
                _ = routing?.count(statement.compiled, BoundValues(entry.values))
            }
            return answer(try database.batch(batch, keyspace: keyspace))
        case .startup, .options, .register, .authResponse:
            throw StatementError(.protocolViolation, "Unexpected message \(request.opcode.specificationName)")
        }
    }

    private func options(_ parameters: QueryParameters) -> RunOptions {
        RunOptions(
            consistency: parameters.consistency,
            keyspace: keyspace,
            defaultTimestamp: parameters.defaultTimestamp,
            skipsMetadata: parameters.skipsMetadata,
            pageSize: parameters.pageSize,
            pagingState: parameters.pagingState?.bytes,
            serialConsistency: parameters.serialConsistency
        )
    }

    private mutating func answer(_ outcome: Outcome) -> Answer {
        switch outcome {
        case .result(let result): return Answer(response: .result(result))
        case .schemaChanged(let change):
            return Answer(response: .result(.schemaChange(change)), schemaChange: change)
        case .useKeyspace(let name):
            keyspace = name
            return Answer(response: .result(.setKeyspace(name)))
        }
    }
}

// MARK: - Plain writes

extension RequestRunner {
    /// Runs an EXECUTE of a write whose body lies in `bytes` at `body`.
    ///
    /// - Throws: `StatementError` when the values do not fit.
    /// - Returns: false, and nothing is done, when it is not of the plain kind.
    mutating func runPlainExecute(
        _ bytes: [UInt8],
        _ body: Range<Int>,
        version: ProtocolVersion
    ) throws(StatementError) -> Bool {
        var reader = WriteReader(bytes, body, version: version)
        guard let id = reader.shortBytes() else { return false }
        let statement = try database.preparedStatement(bytes, id)
        guard case .write(let plan) = statement.compiled.plan else { return false }
        guard let tail = reader.execute(into: &bound.values), bound.values.count == statement.compiled.markers.count
        else { return false }
        bound.bytes = bytes
        defer { bound.bytes = [] }
        var options = RunOptions(consistency: tail.consistency)
        options.token = routing?.count(statement.compiled, bound)
        log?.clock.begin()
        defer { log?.clock.end() }
        options.defaultTimestamp = tail.timestamp
        try database.run(plan, bound, options)
        if let log {
            log.note(statement)
            log.append(.execute, bytes, body, keyspace: nil)
        }
        return true
    }

    /// Runs a BATCH of prepared writes whose body lies in `bytes` at `body`.
    ///
    /// - Throws: `StatementError` when a statement is refused; nothing was changed then.
    /// - Returns: false, and nothing is done, when it is not of the plain kind.
    mutating func runPlainBatch(
        _ bytes: [UInt8],
        _ body: Range<Int>,
        version: ProtocolVersion
    ) throws(StatementError) -> Bool {
        var reader = WriteReader(bytes, body, version: version)
        guard let kind = reader.byte(), kind <= BatchRequest.Kind.unlogged.rawValue, let count = reader.short() else {
            return false
        }
        var writes: [(plan: WritePlan, bound: BoundValues)] = []
        var statements: [PreparedStatement] = []
        for _ in 0..<count {
            guard reader.byte() == 1, let id = reader.shortBytes() else { return false }
            let statement = try database.preparedStatement(bytes, id)
            var values: [RunningValue] = []
            guard case .write(let plan) = statement.compiled.plan, reader.values(into: &values),
                values.count == statement.compiled.markers.count
            else { return false }
            let bound = BoundValues(bytes: bytes, values: values)
            _ = routing?.count(statement.compiled, bound)
            writes.append((plan, bound))
            if log != nil { statements.append(statement) }
        }
        guard let tail = reader.batchTail() else { return false }
        log?.clock.begin()
        defer { log?.clock.end() }
        try database.run(writes, RunOptions(consistency: tail.consistency, defaultTimestamp: tail.timestamp))
        if let log {
            for statement in statements { log.note(statement) }
            log.append(.batch, bytes, body, keyspace: nil)
        }
        return true
    }
}

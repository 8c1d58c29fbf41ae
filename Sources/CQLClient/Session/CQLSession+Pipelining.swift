package import CQLWire
import WireKit

/// Many requests at once, without a task for each.
extension CQLSession {
    /// Runs a prepared statement once per row of values, each where its partition is, several at a time: what point reads
    /// are made of.
    ///
    /// - Parameters:
    ///   - statement: what is run.
    ///   - rows: its values, run by run.
    ///   - isIdempotent: whether a run may be carried out twice.
    ///   - limit: runs that may wait for their answers at a time.
    ///   - options: for every run.
    /// - Returns: what each run returned, in the order of `rows`.
    /// - Throws: `CQLError` of the first run that failed and could not be repeated; others may have been carried out.
    package func executeAll(
        _ statement: PreparedStatement,
        rows: [[CQLValueBytes]],
        isIdempotent: Bool,
        limit: Int = 256,
        _ options: StatementOptions = StatementOptions()
    ) async throws(CQLError) -> [ResultResponse] {
        var results: [ResultResponse] = []
        results.reserveCapacity(rows.count)
        var begun: [Run] = []
        var next = 0
        while results.count < rows.count {
            // Filled up when it is half empty, so that requests leave together.
            if next - results.count <= max(1, limit) / 2 {
                while next < rows.count, next - results.count < max(1, limit) {
                    begun.append(try await begin(statement, rows[next], options))
                    next += 1
                }
                // On all connections, before any answer is waited for.
                for run in begun[results.count..<next] { try? run.connection?.flush() }
            }
            let run = begun[results.count]
            results.append(try await finish(run, statement, rows[results.count], isIdempotent: isIdempotent, options))
            begun[results.count - 1] = Run(connection: nil, ticket: nil)
        }
        return results
    }

    /// A run that is under way; without a ticket when it could not even be begun.
    private struct Run {
        let connection: CQLConnection?
        let ticket: RequestTicket?
    }

    private func begin(
        _ statement: PreparedStatement,
        _ values: [CQLValueBytes],
        _ options: StatementOptions
    ) async throws(CQLError) -> Run {
        let connection = try await connection(for: Route(statement, values: values))
        let request = ExecuteRequest(
            id: connection.renewedIDs[statement.id] ?? statement.id,
            parameters: options.parameters(
                consistency: configuration.consistency,
                serialConsistency: configuration.serialConsistency,
                values: values.isEmpty ? nil : .positional(values)
            )
        )
        do throws(CQLError) {
            return Run(connection: connection, ticket: try connection.begin(.execute(request)))
        } catch .connection {
            return Run(connection: nil, ticket: nil)
        }
    }

    private func finish(
        _ run: Run,
        _ statement: PreparedStatement,
        _ values: [CQLValueBytes],
        isIdempotent: Bool,
        _ options: StatementOptions
    ) async throws(CQLError) -> ResultResponse {
        if let connection = run.connection, let ticket = run.ticket {
            do throws(CQLError) {
                let response = try await connection.response(
                    to: ticket,
                    timeout: options.timeout,
                    about: statement.table
                )
                if case .result(let result) = response { return result }
            } catch {
                let directive = RetryDirective(
                    for: error,
                    isIdempotent: isIdempotent,
                    attempt: 0,
                    jitter: Double.random(in: 0..<1),
                    limit: configuration.attemptLimit
                )
                switch directive {
                case .giveUp: throw error
                case .backOff(let pause): try await sleep(for: pause)
                case .retrySameHost, .retryNextHost, .rePrepare: break
                }
            }
        }
        return try await execute(statement, values: values, isIdempotent: isIdempotent, options)
    }
}

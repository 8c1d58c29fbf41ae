import CQLClient
import CQLWire
import PosixIO

/// A connection that several tasks use at a time: an actor on the connection's loop.
actor ConcurrentClient {
    typealias Outcome = Result<ResultResponse, CQLError>

    private let loop: EventLoop
    private var connection: CQLConnection?

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(on loop: EventLoop) { self.loop = loop }

    func connect(to endpoint: Endpoint, _ configuration: CQLConfiguration) async throws {
        connection = try await CQLConnection.connect(to: endpoint, configuration, on: loop)
    }

    /// The result of a query, or the error it met.
    func query(_ text: String, timeout: Duration? = nil) async -> Outcome {
        guard let connection else { return .success(.void) }
        do throws(CQLError) {
            return .success(try await connection.query(text, StatementOptions(timeout: timeout)))
        } catch {
            return .failure(error)
        }
    }

    func close() { connection?.close() }
}

/// Sends all queries at once and gathers what became of each, in their order.
func results(
    of queries: [String],
    from client: ConcurrentClient,
    on loop: EventLoop
) async -> [ConcurrentClient.Outcome] {
    await withTaskGroup(of: (Int, ConcurrentClient.Outcome).self) { group in
        for (index, query) in queries.enumerated() {
            group.addTask(executorPreference: loop) { (index, await client.query(query)) }
        }
        var outcomes: [Int: ConcurrentClient.Outcome] = [:]
        while let (index, outcome) = await group.next() { outcomes[index] = outcome }
        return queries.indices.compactMap { outcomes[$0] }
    }
}

/// A point of a run that a test waits for; a run that ends before it ends the wait too.
public final class Milestone: Sendable {
    /// The run ended first; its own error says why.
    public struct Missed: Error {}

    private let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    public init() {}

    /// Says that the point is reached; any number of times.
    public func reach() { continuation.yield() }

    /// Waits until the point is reached, by one waiter.
    ///
    /// - Throws: `Missed`.
    public func wait() async throws {
        for await _ in stream { return }
        throw Missed()
    }

    /// The run on whose way the point is.
    public func expected<T: Sendable>(in run: @Sendable () async throws -> T) async throws -> T {
        defer { continuation.finish() }
        return try await run()
    }
}

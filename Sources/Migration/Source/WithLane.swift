package import PosixIO

/// Runs `body` on a lane of its own, for work that one connection does.
///
/// - Throws: what `body` throws, or a `MigrationError` when no thread can be started.
package func withLane<T: Sendable>(
    named name: String,
    _ body: @Sendable (isolated Lane) async throws(MigrationError) -> T
) async throws(MigrationError) -> T {
    let lane: Lane
    do throws(SyscallError) {
        lane = try Lane(name: name)
    } catch {
        throw MigrationError(.file, "a thread cannot be started", underlying: error)
    }
    defer { lane.stop() }
    return try await lane.run(body)
}

extension Lane {
    /// Starts lanes for the readers of a run.
    ///
    /// - Throws: `MigrationError` when a thread cannot be started; none is left running then.
    static func start(count: Int) throws(MigrationError) -> [Lane] {
        var lanes: [Lane] = []
        for number in 0..<max(1, count) {
            do throws(SyscallError) {
                lanes.append(try Lane(name: "lane \(number)"))
            } catch {
                for lane in lanes { lane.stop() }
                throw MigrationError(.file, "a thread cannot be started", underlying: error)
            }
        }
        return lanes
    }
}

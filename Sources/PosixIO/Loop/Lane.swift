/// The isolation domain of one event loop: connections and buffers that are not `Sendable` live inside it.
///
/// Code that runs on a lane may create, keep and use any number of streams of the lane's loop without a lock and
/// without a thread hop.
package actor Lane {
    package nonisolated let loop: EventLoop

    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// Starts the lane's thread.
    ///
    /// - Throws: `SyscallError` when the loop cannot be started.
    package init(name: String) throws(SyscallError) {
        loop = try EventLoop(name: name)
    }

    /// Runs `body` on the lane, with child tasks preferring its loop too.
    ///
    /// - Throws: what `body` throws.
    package nonisolated func run<T: Sendable, E: Error>(
        _ body: @Sendable (isolated Lane) async throws(E) -> T
    ) async throws(E) -> T {
        // Without the preference, suspended work would resume through the default pool and hop back to the loop.
        let result: Result<T, E> = await withTaskExecutorPreference(loop) {
            do throws(E) {
                return .success(try await body(self))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Ends the lane's thread; nothing may run on it afterwards.
    package nonisolated func stop() { loop.stop() }
}

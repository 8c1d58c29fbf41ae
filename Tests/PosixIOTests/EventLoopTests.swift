import Synchronization
import Testing

@testable import PosixIO

@Suite struct EventLoopTests {
    @Test func workOnALaneStaysOnItsThread() async throws {
        let lane = try Lane(name: "test")
        defer { lane.stop() }
        let stayed = await lane.run { lane in
            var stayed = lane.loop.isOnLoop
            for _ in 0..<100 {
                await Task.yield()
                stayed = stayed && lane.loop.isOnLoop
            }
            return stayed
        }
        #expect(stayed)
    }

    @Test func jobsOfManyThreadsAndYieldingTasksAllRun() async throws {
        let lanes = [try Lane(name: "a"), try Lane(name: "b"), try Lane(name: "c")]
        defer { for lane in lanes { lane.stop() } }
        let total = Counter()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<300 {
                let lane = lanes[number % 3]
                let other = lanes[(number + 1) % 3]
                group.addTask {
                    for _ in 0..<20 {
                        await lane.run { _ in
                            await Task.yield()
                            total.increment()
                        }
                        await other.run { _ in total.increment() }
                    }
                }
            }
        }
        #expect(total.value == 300 * 20 * 2)
    }

    @Test func aSleepEndsByItselfAndByCancellation() async throws {
        let lane = try Lane(name: "test")
        defer { lane.stop() }
        try await lane.run { lane throws(TransportError) in try await lane.loop.sleep(for: .milliseconds(1)) }
        let sleeper = Task { await sleepForAnHour(on: lane) }
        sleeper.cancel()
        #expect(await sleeper.value == .cancelled)
    }

    @Test func scheduledCallsComeInTheirOrderUnlessCancelled() async throws {
        let lane = try Lane(name: "test")
        defer { lane.stop() }
        let order = await lane.run { lane in
            var order: [Int] = []
            let loop = lane.loop
            _ = await loop.waitForSignal(until: .now + .seconds(30)) { id in
                loop.schedule(after: .milliseconds(3)) {
                    order.append(2)
                    loop.resumeWaiter(id)
                }
                loop.schedule(after: .milliseconds(1)) { order.append(1) }
                let cancelled = loop.schedule(after: .zero) { order.append(0) }
                loop.cancelScheduled(cancelled)
            }
            return order
        }
        #expect(order == [1, 2])
    }

    @Test func aTaskThatIsAlreadyCancelledDoesNotSleep() async throws {
        let lane = try Lane(name: "test")
        defer { lane.stop() }
        let failure = await withTaskGroup(of: TransportError?.self) { group in
            group.cancelAll()
            group.addTask { await sleepForAnHour(on: lane) }
            return await group.next() ?? nil
        }
        #expect(failure == .cancelled)
    }

    @Test func yieldingTasksDoNotStarveSockets() async throws {
        let lane = try Lane(name: "test")
        defer { lane.stop() }
        try await lane.run { lane in
            let echo = try await EchoServer(on: lane.loop)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                let done = Counter()
                group.addTask(executorPreference: lane.loop) {
                    await lane.run { _ in
                        while done.value == 0 { await Task.yield() }
                    }
                    return true
                }
                let echoed = try await echo.roundTrip([1, 2, 3])
                done.increment()
                #expect(echoed == [1, 2, 3])
                try await group.waitForAll()
            }
        }
    }
}

private final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .relaxed) }
    func increment() { count.wrappingAdd(1, ordering: .relaxed) }
}

private func sleepForAnHour(on lane: Lane) async -> TransportError? {
    await lane.run { lane in
        do throws(TransportError) {
            try await lane.loop.sleep(for: .seconds(3600))
            return nil
        } catch {
            return error
        }
    }
}

import DockerEngine
import Migration
import PosixIO
import WireKit

/// A Docker Engine, found, with a thread of its own.
enum EngineSession {
    /// Looks for an Engine, runs `body` with it, and lets it go.
    ///
    /// - Throws: `EngineSearchError`, and what `body` throws.
    static func run<T: Sendable>(
        _ console: PairConsole,
        _ body: @Sendable (FoundEngine, DockerEnvironment) async throws -> T
    ) async throws -> T {
        let loop = try EventLoop(name: "docker")
        defer { loop.stop() }
        // What waits for the Engine has to resume on the loop, in child tasks too.
        return try await withTaskExecutorPreference(loop) { try await withEngine(on: loop, console, body) }
    }

    private static func withEngine<T: Sendable>(
        on loop: EventLoop,
        _ console: PairConsole,
        _ body: @Sendable (FoundEngine, DockerEnvironment) async throws -> T
    ) async throws -> T {
        let environment = DockerEnvironment.current
        let found = try await Engine.find(in: environment, on: loop)
        let server = found.server.isEmpty ? "Docker Engine" : found.server
        console.noted("\(server) at \(found.candidate), API \(found.engine.version)")
        do {
            let result = try await body(found, environment)
            await found.engine.close()
            return result
        } catch {
            await found.engine.close()
            throw error
        }
    }

    /// Asks each database as a client would.
    static var probes: [PairMember: ReadinessProbe] {
        [
            .postgres: { host, port in
                await Readiness(
                    .ofPostgres(
                        at: .tcp(host: host, port: port),
                        user: PairConfiguration.postgresName,
                        password: Credential(PairConfiguration.postgresName),
                        database: PairConfiguration.postgresName
                    )
                )
            },
            .scylla: { host, port in await Readiness(.ofCQL(at: .tcp(host: host, port: port))) },
        ]
    }
}

extension Readiness {
    init(_ answer: ServerAnswer) {
        self =
            switch answer {
            case .ready(let version): .ready(version: version)
            case .notYet(let reason): .notYet(reason: reason)
            case .unreachable(let reason): .unreachable(reason: reason)
            case .refused(let reason): .refused(reason: reason)
            }
    }
}

extension ExitStatus {
    /// The status of a command on containers that an error ended; nil when it is not one of theirs.
    init?(docker error: any Error) {
        switch error {
        case let error as EngineSearchError:
            switch error {
            case .cancelled: self = .interrupted
            case .unusable: self = .refused
            case .noneAnswers: self = .unreachable
            }
        case let error as PairError:
            switch error.kind {
            case .interrupted: self = .interrupted
            case .unusable: self = .refused
            default: self = .incomplete
            }
        case let error as DockerEngineError:
            self = error.isCancellation ? .interrupted : .incomplete
        default: return nil
        }
    }
}

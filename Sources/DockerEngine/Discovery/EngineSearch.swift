package import PosixIO
import WireKit

/// An Engine that answered.
package struct FoundEngine: Sendable {
    package let engine: Engine
    package let candidate: EngineCandidate
    /// What it calls itself, such as `Docker/20.10.24`; empty when it does not say.
    package let server: String
}

/// No Engine was found.
package enum EngineSearchError: Error, Sendable {
    /// One place, and why there is no Engine there.
    package struct Attempt: Sendable {
        package let candidate: EngineCandidate
        package let error: DockerEngineError

        package init(candidate: EngineCandidate, error: DockerEngineError) {
            self.candidate = candidate
            self.error = error
        }
    }

    /// What the user chose cannot be used.
    case unusable(EngineAddress.Unusable)
    case noneAnswers([Attempt])
    case cancelled
}

extension EngineSearchError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unusable(let reason): "no Docker Engine: \(reason)"
        case .cancelled: "interrupted while looking for a Docker Engine"
        case .noneAnswers(let attempts) where attempts.count == 1:
            "no Docker Engine answers at \(attempts[0].candidate): \(attempts[0].reason); start it, or choose another with "
                + "DOCKER_HOST or DOCKER_CONTEXT"
        case .noneAnswers(let attempts):
            attempts.reduce("no Docker Engine answers; start one, or set DOCKER_HOST. Tried:") { text, attempt in
                text + "\n  \(attempt.candidate): \(attempt.reason)"
            }
        }
    }
}

extension EngineSearchError.Attempt {
    /// Why, without the address that stands in front of it.
    package var reason: String {
        switch error {
        case .transport(.syscall(let error, _)):
            error.isRefusedPermission
                ? "\(error.reason); join the group that owns the socket, or be root" : error.reason
        case .transport(.timedOut(let operation, _)): "\(operation) timed out"
        case .transport(.closed): "closed the connection"
        case .transport(.tls(let reason, _)): "TLS failed: \(reason)"
        case .http(let error, _): "answers, but is no Docker Engine: \(error)"
        case .refused(let refusal): "answers, but is no Docker Engine: HTTP \(refusal.status)"
        default: "\(error)"
        }
    }
}

extension Engine {
    /// Looks for an Engine where the environment says, and where they usually are, and agrees on a version with it.
    ///
    /// - Throws: `EngineSearchError` with each place that was tried, and why it is none.
    package static func find(
        in environment: DockerEnvironment,
        on loop: EventLoop
    ) async throws(EngineSearchError) -> FoundEngine {
        let candidates: [EngineCandidate]
        do throws(EngineAddress.Unusable) {
            candidates = try environment.candidates()
        } catch {
            throw .unusable(error)
        }
        let wanted = environment.variable("DOCKER_API_VERSION").flatMap { APIVersion($0) }
        var failures: [EngineSearchError.Attempt] = []
        for candidate in candidates {
            do throws(DockerEngineError) {
                let (engine, server) = try await connect(to: candidate.address, version: wanted, on: loop)
                return FoundEngine(engine: engine, candidate: candidate, server: server)
            } catch {
                if error.isCancellation { throw .cancelled }
                failures.append(EngineSearchError.Attempt(candidate: candidate, error: error))
            }
        }
        throw .noneAnswers(failures)
    }

    /// Asks whoever listens at an address who they are (`/_ping`), and agrees on a version.
    ///
    /// - Parameters:
    ///   - address: where.
    ///   - version: what to speak; nil is the newest that both know.
    ///   - loop: the engine's from then on.
    /// - Returns: the engine, and what it calls itself.
    /// - Throws: `DockerEngineError`: also when it is no Engine, or too old.
    package static func connect(
        to address: EngineAddress,
        version: APIVersion? = nil,
        on loop: EventLoop
    ) async throws(DockerEngineError) -> (Engine, server: String) {
        let asking = Engine(address: address, version: .oldest, on: loop)
        let timeout = Duration.seconds(10)
        let answer = try await asking.exchange(.ping, timeout: timeout)
        guard 200..<300 ~= answer.status else {
            await asking.close()
            throw asking.refusal(answer, .ping)
        }
        let offered = answer.headers["Api-Version"]
        var minimum: APIVersion?
        if let newest = offered.flatMap({ APIVersion($0) }), newest > .newest {
            let response = try await asking.json(.version, timeout: timeout)
            minimum = response?["MinAPIVersion"]?.string.flatMap { APIVersion($0) }
        }
        await asking.close()
        let negotiated = APIVersion.negotiated(offered: offered.flatMap { APIVersion($0) }, minimum: minimum)
        guard let chosen = version ?? negotiated else { throw .tooOld(offered: offered ?? "") }
        return (Engine(address: address, version: chosen, on: loop), answer.headers["Server"] ?? "")
    }
}

import PosixIO

/// Who is told what happens to the pair, from any thread.
package protocol PairObserver: Sendable {
    /// Something has begun, or is done.
    func noted(_ message: String)
    /// A pull has come on.
    func pulled(_ image: String, _ progress: PullProgress)
    /// A step of a build has begun.
    func began(step: String, number: Int, count: Int)
    /// A step has written a line.
    func wrote(line: String)
    /// A step is over.
    func ended(step: String, outcome: StepOutcome)
}

/// How a step of a build ended well.
package enum StepOutcome: Hashable, Sendable {
    case done(Duration)
    /// Its result was there already.
    case skipped
}

/// How a database answers.
package enum Readiness: Hashable, Sendable {
    /// It does what it is for.
    case ready(version: String)
    /// It answers, and asks for patience.
    case notYet(reason: String)
    /// Nobody answers.
    case unreachable(reason: String)
    /// It answers, and will not have us: no patience helps.
    case refused(reason: String)
}

/// Asks a database at a host and port whether it does what it is for.
package typealias ReadinessProbe = @Sendable (_ host: String, _ port: UInt16) async -> Readiness

/// The last lines of an output, and nothing of the rest.
package final class LastLines: @unchecked Sendable {
    // Sendable: everything is touched under `mutex` only.
    private let mutex = PosixMutex()
    private let limit: Int
    private var lines: [String] = []
    private var assemblers: [StreamOutput.Source: LineAssembler] = [:]

    package init(_ limit: Int) { self.limit = limit }

    /// Takes a piece of output and returns the lines that it completes; each source has lines of its own.
    @discardableResult
    package func append(_ output: StreamOutput) -> [String] {
        mutex.withLock {
            let completed = assemblers[output.source, default: LineAssembler()].append(output.bytes)
            keep(completed)
            return completed
        }
    }

    /// Takes what is left of each source and returns all that is kept.
    package func finish() -> [String] {
        mutex.withLock {
            for source in [StreamOutput.Source.engine, .standardOutput, .standardError] {
                if let rest = assemblers[source]?.finish() { keep([rest]) }
            }
            return lines
        }
    }

    private func keep(_ more: [String]) {
        lines = Array((lines + more).suffix(limit))
    }
}

/// Why the pair, or something in one of its containers, is not as it was asked for.
package struct PairError: Error, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The Engine could not be asked, or refused.
        case engine
        /// The image is not to be had.
        case imageNotFound
        /// The Engine's disk is full.
        case noSpace
        /// Somebody else listens at a port.
        case portTaken
        /// A container ended.
        case exited
        /// A container's own check says that it is ill.
        case unhealthy
        /// A database answers, and will not have us.
        case refused
        /// It took too long.
        case timedOut
        /// A step of a build failed.
        case stepFailed
        /// What was asked for cannot be done with what there is.
        case unusable
        /// A local file could not be read or written.
        case file
        case interrupted
    }

    package let kind: Kind
    /// What failed, as a clause without a full stop.
    package let message: String
    /// What the operator can do, as a clause without a full stop.
    package let remedy: String?
    /// The last lines of whoever failed.
    package let lastLines: [String]

    package init(_ kind: Kind, _ message: String, remedy: String? = nil, lastLines: [String] = []) {
        self.kind = kind
        self.message = message
        self.remedy = remedy
        self.lastLines = lastLines
    }

    /// A request that went wrong where nothing more can be said about it.
    package init(_ message: String, _ error: DockerEngineError) {
        if error.isCancellation {
            self.init(.interrupted, "interrupted")
        } else if Self.isDiskFull(error) {
            self.init(
                .noSpace,
                "\(message): \(error)",
                remedy: "make room where the Engine keeps its data; \"docker system df\" shows what takes it"
            )
        } else {
            self.init(.engine, "\(message): \(error)")
        }
    }

    /// The Engine passes the kernel's words on (ENOSPC, EDQUOT) and has no code of its own for them.
    private static func isDiskFull(_ error: DockerEngineError) -> Bool {
        guard case .refused(let refusal) = error else { return false }
        let message = refusal.message.lowercased()
        return message.contains("no space left on device") || message.contains("disk quota exceeded")
    }
}

extension PairError: CustomStringConvertible {
    /// One sentence with the remedy, and below it the last lines.
    package var description: String {
        let sentence = message + (remedy.map { "; \($0)" } ?? "")
        guard !lastLines.isEmpty else { return sentence }
        return sentence + "\nits last lines:" + lastLines.map { "\n  \($0)" }.joined()
    }
}

/// How a client and a server find a version that both speak: the client begins with its greatest, and a server that
/// does not speak it answers with an ERROR in one that it does (native protocol v4, section 9, code 0x000A).
extension ProtocolVersion {
    /// How a server that speaks `supported` refuses a frame of this version: a greater one is answered in the
    /// server's greatest, which the client may try next, and a lower one in the client's own, as Cassandra does.
    package var refusal: (version: ProtocolVersion, message: String) {
        let names = (Self.supported.lowerBound.rawValue...Self.supported.upperBound.rawValue)
            .map { "\($0)/v\($0)" }
            .joined(separator: ", ")
        return (
            min(self, Self.supported.upperBound),
            "Invalid or unsupported protocol version (\(rawValue)); supported versions are (\(names))"
        )
    }

    /// The version to try next after a server answered a request of this one in `answered`; nil when there is none.
    package func fallback(afterAnswerIn answered: ProtocolVersion) -> ProtocolVersion? {
        Self.supported.contains(answered) && answered < self ? answered : nil
    }
}

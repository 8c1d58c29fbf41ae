import CQLWire
import Testing

@Suite struct NegotiationTests {
    private func version(_ number: UInt8) -> ProtocolVersion { ProtocolVersion(rawValue: number) }

    /// v5 and the versions of other makers are answered in v4, and older ones in their own.
    @Test(arguments: [(5, 4), (6, 4), (0x42, 4), (0x7F, 4), (2, 2), (1, 1)] as [(UInt8, UInt8)])
    func refusalsAreWrittenInAVersionThatTheClientMayKnow(_ requested: UInt8, _ answered: UInt8) {
        let refusal = version(requested).refusal
        #expect(refusal.version == version(answered))
        #expect(
            refusal.message
                == "Invalid or unsupported protocol version (\(requested)); supported versions are (3/v3, 4/v4)"
        )
    }

    @Test func clientsGoDownToWhatTheServerSpeaks() {
        #expect(version(4).fallback(afterAnswerIn: version(3)) == .v3)
        #expect(version(5).fallback(afterAnswerIn: version(4)) == .v4)
        #expect(version(66).fallback(afterAnswerIn: version(3)) == .v3)
        // A server that speaks only what is not spoken here, or claims not to speak what it answers in.
        for answered in [1, 2, 4, 5, 66] as [UInt8] {
            #expect(version(4).fallback(afterAnswerIn: version(answered)) == nil)
        }
        #expect(version(3).fallback(afterAnswerIn: version(3)) == nil)
    }
}

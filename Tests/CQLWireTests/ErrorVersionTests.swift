import CQLWire
import Testing

/// What Cassandra tells clients of older versions.
@Suite struct ErrorVersionTests {
    private func error(_ code: ErrorCode, _ details: ErrorResponse.Details) -> ErrorResponse {
        ErrorResponse(code: code, message: "m", details: details)
    }

    @Test func failuresAreTimeoutsInV3() {
        let read = error(
            .readFailure,
            .readFailure(consistency: .all, received: 1, blockFor: 3, failureCount: 2, dataPresent: true)
        )
        #expect(read.said(in: .v4) == read)
        #expect(
            read.said(in: .v3)
                == error(.readTimeout, .readTimeout(consistency: .all, received: 1, blockFor: 3, dataPresent: true))
        )
        let write = error(
            .writeFailure,
            .writeFailure(consistency: .all, received: 1, blockFor: 3, failureCount: 2, writeType: .view)
        )
        #expect(write.said(in: .v4) == write)
        #expect(
            write.said(in: .v3)
                == error(.writeTimeout, .writeTimeout(consistency: .all, received: 1, blockFor: 3, writeType: .view))
        )
        let function = error(.functionFailure, .functionFailure(keyspace: "k", function: "f", argumentTypes: []))
        #expect(function.said(in: .v4) == function)
        #expect(function.said(in: .v3) == error(.invalid, .none))
    }

    @Test(arguments: [ProtocolVersion.v3, .v4]) func unknownOutcomeIsATimeout(_ version: ProtocolVersion) {
        let unknown = error(.casWriteUnknown, .casWriteUnknown(consistency: .serial, received: 1, blockFor: 2))
        #expect(
            unknown.said(in: version)
                == error(
                    .writeTimeout,
                    .writeTimeout(consistency: .serial, received: 1, blockFor: 2, writeType: .compareAndSet)
                )
        )
        #expect(unknown.said(in: ProtocolVersion(rawValue: 5)) == unknown)
    }

    @Test func othersAreTheSameInAllVersions() {
        let unavailable = error(.unavailable, .unavailable(consistency: .one, required: 1, alive: 0))
        #expect(unavailable.said(in: .v3) == unavailable)
        #expect(error(.syntaxError, .none).said(in: .v3) == error(.syntaxError, .none))
    }
}

import SchemaTranslation
import TestSupport
import Testing
import WireKit

@testable import Migration

@Suite struct SourceRowLoopTests {
    private static let plan = makePlan([(.bigint, .identical), (.decimal, .numeric), (.timestamp, .timestamp)])

    private static let tuples = [
        CopyStream.tuple([CopyStream.bytes(Int64(1)), CopyStream.numeric([12], weight: 0, scale: 0), nil]),
        // Beyond 18 digits: the careful path.
        CopyStream.tuple([
            CopyStream.bytes(Int64(2)), CopyStream.numeric([1, 2, 3, 4, 5, 6], weight: 5, scale: 0),
            CopyStream.bytes(Int64(1500)),
        ]),
        // NaN: the target cannot hold it.
        CopyStream.tuple([
            CopyStream.bytes(Int64(3)), CopyStream.numeric([], weight: 0, sign: 0xC000, scale: 0), nil,
        ]),
        CopyStream.tuple([CopyStream.bytes(Int64(4)), nil, CopyStream.bytes(Int64(-1))]),
    ]

    private struct Outcome {
        var sink = RecordingSink()
        var rejections: [Rejection] = []
        var end: SourceRowLoop.Step?
    }

    private func run(_ stream: [UInt8], chunk: Int) throws -> Outcome {
        var random = SeededRandom(seed: 1)
        var loop = SourceRowLoop(Self.plan, key: DigestKey(using: &random))
        var input = RawBuffer(capacity: 32)
        var rest = stream[...]
        var outcome = Outcome()
        while outcome.end == nil {
            let step = loop.consume(&input, into: &outcome.sink)
            switch step {
            case .needInput:
                if rest.isEmpty { outcome.end = step }
                input.append(rest.prefix(chunk))
                rest = rest.dropFirst(chunk)
            case .careful(let tuple):
                let offset = tuple.lowerBound - input.readIndex
                let bytes = input.take(tuple.upperBound - input.readIndex)[offset...]
                if let rejection = try loop.take(carefully: bytes, into: &outcome.sink) {
                    outcome.rejections.append(rejection)
                }
            case .endOfData, .malformed: outcome.end = step
            }
        }
        return outcome
    }

    @Test(arguments: [1, 7, 64, 4096])
    func rowsAreWhatTheCopyWrites(chunk: Int) throws {
        let outcome = try run(CopyStream.messages(Self.tuples), chunk: chunk)
        let conversion = RowConversion(Self.plan, nullLength: -1)
        let expected = Self.tuples.compactMap { tuple in
            try? conversion.convert(tuple[...]).get().values.dropFirst(2)
        }
        #expect(outcome.sink.rows == expected.map { Array($0) })
        #expect(outcome.rejections == [Rejection(column: 1, reason: .numericNotANumber)])
        #expect(outcome.end == .endOfData)
    }

    /// −1 µs is floored to −1 ms, as the copy does, and a NULL stays one.
    @Test func theCanonicalFormIsLengthAndBytes() throws {
        let outcome = try run(CopyStream.messages([Self.tuples[3]]), chunk: 4096)
        let expected = CanonicalRows.row([
            CopyStream.bytes(Int64(4)), nil, CopyStream.bytes(Int64(946_684_799_999)),
        ])
        #expect(outcome.sink.rows == [expected])
    }

    @Test(arguments: 1...300 as ClosedRange<UInt64>)
    func mutatedStreamsNeverTrap(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let stream = random.mutation(of: CopyStream.messages(Self.tuples))
        do {
            let outcome = try run(stream, chunk: Int.random(in: 1...64, using: &random))
            #expect(outcome.sink.rows.count <= Self.tuples.count)
        } catch is WireError {
            // The careful path says what is wrong.
        }
    }
}

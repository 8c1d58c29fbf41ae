import CQLClient
import CQLWire
import TestSupport
import Testing

@Suite struct BulkWindowTests {
    private let template = RowTemplate(id: [1], consistency: .one, version: 4)

    /// Writes a frame of `byteCount` bytes whose body starts with `mark`.
    private func write(_ byteCount: Int, mark: UInt8, to window: BulkWindow) -> Bool {
        guard var cursor = window.openCursor(for: byteCount, template) else { return false }
        let frame = cursor.base + cursor.writeIndex
        frame.initializeMemory(as: UInt8.self, repeating: mark, count: byteCount)
        cursor.finishFrame(byteCount: byteCount)
        window.commit(cursor)
        return true
    }

    @Test func streamIDsBoundTheWindow() {
        let window = BulkWindow(streamCount: 3, maximumByteCount: 1 << 20)
        #expect(write(20, mark: 1, to: window) && write(20, mark: 2, to: window) && write(20, mark: 3, to: window))
        #expect(!write(20, mark: 4, to: window))
        #expect(window.inFlightCount == 3 && window.streamsInFlight.count == 3)
        window.release(window.streamsInFlight[0])
        #expect(write(20, mark: 4, to: window))
    }

    @Test func bytesBoundTheWindowButOneLargeFrameAlwaysFits() {
        let window = BulkWindow(streamCount: 100, maximumByteCount: 128 * 1024)
        #expect(write(1 << 20, mark: 1, to: window))
        #expect(!write(100_000, mark: 2, to: window))
        window.takeUnsent { _ in }
        window.releaseAll()
        for mark in 0..<2 as Range<UInt8> {
            #expect(write(60_000, mark: mark, to: window))
        }
        #expect(!write(60_000, mark: 9, to: window))
    }

    @Test func aFrameKeepsItsBytesUntilItIsAnswered() throws {
        let window = BulkWindow(streamCount: 1000, maximumByteCount: 4 << 20)
        var random = SeededRandom(seed: 5)
        var marks: [Int: UInt8] = [:]
        for round in 0..<3000 {
            let mark = UInt8(truncatingIfNeeded: round)
            let before = Set(marks.keys)
            if write(Int.random(in: 10...400, using: &random), mark: mark, to: window) {
                if random.next() % 50 == 0 { window.takeUnsent { _ in } }
                if let stream = window.streamsInFlight.first(where: { !before.contains($0) }), marks.count < 40 {
                    marks[stream] = mark
                } else if let stream = window.streamsInFlight.first(where: { marks[$0] == nil }) {
                    window.release(stream)
                }
            }
            if marks.count > 20, let stream = marks.keys.sorted().randomElement(using: &random) {
                let frame = try #require(window.frame(of: stream))
                #expect(frame.dropFirst(9).allSatisfy { $0 == marks[stream] }, "stream \(stream) in round \(round)")
                window.release(stream)
                marks[stream] = nil
            }
        }
    }

    /// A connection that breaks says nothing about the request: it is not counted with the errors that answered it.
    @Test func errorsAndBrokenConnectionsAreCountedApart() {
        let window = BulkWindow(streamCount: 1, maximumByteCount: 1 << 20)
        #expect(write(20, mark: 1, to: window))
        #expect((1...3).map { _ in window.countAttempt(0) } == [1, 2, 3])
        #expect((1...3).map { _ in window.countLoss(0) } == [1, 2, 3])
        for _ in 0..<300 { _ = (window.countAttempt(0), window.countLoss(0)) }
        #expect(window.countAttempt(0) == 255 && window.countLoss(0) == 255)
        window.takeUnsent { _ in }
        window.release(0)
        #expect(write(20, mark: 2, to: window))
        #expect(window.countLoss(0) == 1 && window.countAttempt(0) == 1)
    }

    @Test func everythingIsSentOnceAndInOrder() {
        let window = BulkWindow(streamCount: 5000, maximumByteCount: 4 << 20)
        var expected: [UInt8] = []
        var sent: [UInt8] = []
        for round in 0..<3000 {
            #expect(write(100, mark: UInt8(truncatingIfNeeded: round), to: window))
            expected.append(UInt8(truncatingIfNeeded: round))
            if round % 7 == 0 {
                window.takeUnsent { bytes in
                    for offset in stride(from: 0, to: bytes.count, by: 100) { sent.append(bytes[offset + 20]) }
                }
            }
        }
        window.takeUnsent { bytes in
            for offset in stride(from: 0, to: bytes.count, by: 100) { sent.append(bytes[offset + 20]) }
        }
        #expect(sent == expected)
    }
}

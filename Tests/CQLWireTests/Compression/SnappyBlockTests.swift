import CQLWire
import TestSupport
import Testing
import WireKit

@Suite struct SnappyBlockTests {
    private func compressed(_ plain: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        SnappyBlock.compress(plain.span, into: &output)
        return output
    }

    @Test(arguments: try CompressionSample.all())
    func blocksOfTheLibraryDecompress(_ sample: CompressionSample) throws {
        let block = try sample.block("snappy")
        #expect(try SnappyBlock.decompress(block[...], limit: sample.plain.count) == sample.plain)
    }

    /// The library read the approved blocks; ours are the same to the byte.
    @Test(arguments: try CompressionSample.all())
    func ourBlocksAreThoseThatTheLibraryRead(_ sample: CompressionSample) throws {
        let block = compressed(sample.plain)
        #expect(try sample.approvedBlock("snappy", replacedBy: block) == block)
        #expect(try SnappyBlock.decompress(block[...], limit: sample.plain.count) == sample.plain)
    }

    @Test(arguments: try CompressionSample.all())
    func ourBlocksAreAboutAsSmallAsTheLibrarys(_ sample: CompressionSample) throws {
        let library = try sample.block("snappy")
        #expect(compressed(sample.plain).count <= library.count * 11 / 10 + 8)
    }

    @Test func everyLengthOfEveryPeriodReturns() throws {
        for period in 1...20 {
            for count in 0..<80 {
                let plain = (0..<count).map { UInt8($0 % period) }
                #expect(try SnappyBlock.decompress(compressed(plain)[...], limit: count) == plain)
            }
        }
    }

    /// No compressor that is in use writes these, and every decoder must read them.
    @Test func rareElementsDecompress() throws {
        // A literal with a length of three and of four bytes, and a copy with an offset of four.
        let block: [UInt8] = [9, 62 << 2, 1, 0, 0, 1, 2, 63 << 2, 1, 0, 0, 0, 3, 4, 4 << 2 | 3, 3, 0, 0, 0]
        #expect(try SnappyBlock.decompress(block[...], limit: 100) == [1, 2, 3, 4, 2, 3, 4, 2, 3])
    }

    /// Each is a way to lie to a decoder.
    @Test(
        arguments: [
            ("nothing", []),
            ("half a length", [0x80]),
            ("a length of more than 32 bits", [0xFF, 0xFF, 0xFF, 0xFF, 0x7F]),
            ("a length of six bytes", [0x80, 0x80, 0x80, 0x80, 0x80, 0x01]),
            ("a length above the limit", [0xFF, 0xFF, 0xFF, 0xFF, 0x0F]),
            ("literals that are not there", [5, 4 << 2, 1, 2]),
            ("more literals than announced", [2, 2 << 2, 1, 2, 3]),
            ("the greatest literal", [5, 63 << 2, 0xFF, 0xFF, 0xFF, 0xFF, 1]),
            ("half a literal length", [5, 61 << 2, 1]),
            ("an offset of zero", [9, 0, 1, 0b000_000_01, 0]),
            ("an offset before the first byte", [9, 0, 1, 0b000_000_01, 2]),
            ("half an offset", [9, 0, 1, 8 << 2 | 2, 1]),
            ("a copy beyond what was announced", [9, 0, 1, 20 << 2 | 2, 1, 0]),
            ("fewer bytes than announced", [9, 0, 1]),
            ("bytes where none were announced", [0, 0, 1]),
        ] as [(String, [UInt8])]
    )
    func hostileBlocksEndInAnError(_ what: String, _ block: [UInt8]) {
        #expect(throws: WireError.self, "\(what)") { try SnappyBlock.decompress(block[...], limit: 1000) }
    }

    @Test func everyTruncationOfABlockIsAnError() throws {
        let plain = Array("the same words and the same words and the same words again".utf8)
        let block = compressed(plain)
        for count in 0..<block.count {
            #expect(throws: WireError.self) { try SnappyBlock.decompress(block.prefix(count), limit: 1000) }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func mutatedBlocksNeverYieldMoreThanTheLimit(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let blocks = try CompressionSample.all().map { try $0.block("snappy") }.filter { $0.count < 4000 }
        for block in blocks + blocks + blocks {
            let plain = try? SnappyBlock.decompress(random.mutation(of: block)[...], limit: 70_000)
            #expect(plain?.count ?? 0 <= 70_000)
        }
    }
}

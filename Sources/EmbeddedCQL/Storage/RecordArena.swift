/// Where a record lies in its arena.
struct RecordReference: Equatable, Sendable {
    let rawValue: UInt64

    init(page: Int, offset: Int) {
        rawValue = UInt64(page) << 32 | UInt64(offset)
    }

    init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    var page: Int { Int(rawValue >> 32) }
    var offset: Int { Int(rawValue & 0xFFFF_FFFF) }
}

/// Append-only memory for byte records, in large pages, so that a row costs its bytes and no heap object.
///
/// Records never change: a row that is written again gets a new record, and the old one is dead until the arena
/// is copied.
struct RecordArena {
    /// Bytes of a page; a larger record gets a page of its own.
    static let pageByteCount = 1 << 20

    private var sealedPages: [[UInt8]] = []
    /// The page that is being filled; apart from the others so that appending to it is direct.
    private var openPage: [UInt8] = []
    private(set) var byteCount = 0

    /// The page of a record; whoever holds it while appending has the open page copied.
    func page(_ index: Int) -> [UInt8] {
        index == sealedPages.count ? openPage : sealedPages[index]
    }

    /// Appends a record of at most `byteCount` bytes, written by `body`.
    mutating func append(reserving byteCount: Int, _ body: (inout [UInt8]) -> Void) -> RecordReference {
        if openPage.count + byteCount > Self.pageByteCount, !openPage.isEmpty {
            sealedPages.append(openPage)
            openPage = []
            openPage.reserveCapacity(max(byteCount, Self.pageByteCount))
        }
        let offset = openPage.count
        body(&openPage)
        self.byteCount += openPage.count - offset
        return RecordReference(page: sealedPages.count, offset: offset)
    }
}

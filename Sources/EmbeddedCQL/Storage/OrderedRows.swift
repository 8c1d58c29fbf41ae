/// The rows of a partition in clustering order, as references to their records.
///
/// A single row, the usual case, is held in place; more lie in chunks, so that an insertion into the middle of a
/// large partition moves one chunk and not the partition.
enum OrderedRows {
    case single(RecordReference)
    case chunked([[RecordReference]])

    private static let chunkLimit = 512

    /// A place among the rows.
    struct Position: Equatable {
        var chunk: Int
        var index: Int

        func precedes(_ other: Position) -> Bool {
            chunk < other.chunk || (chunk == other.chunk && index < other.index)
        }
    }

    var startPosition: Position { Position(chunk: 0, index: 0) }

    /// The row at a position, nil at the end.
    func row(at position: Position) -> RecordReference? {
        switch self {
        case .single(let reference): return position == startPosition ? reference : nil
        case .chunked(let chunks):
            guard position.chunk < chunks.count, position.index < chunks[position.chunk].count else { return nil }
            return chunks[position.chunk][position.index]
        }
    }

    func position(after position: Position) -> Position {
        guard case .chunked(let chunks) = self, position.chunk < chunks.count,
            position.index + 1 >= chunks[position.chunk].count
        else { return Position(chunk: position.chunk, index: position.index + 1) }
        return Position(chunk: position.chunk + 1, index: 0)
    }

    /// Nil at the first row.
    func position(before position: Position) -> Position? {
        if position.index > 0 { return Position(chunk: position.chunk, index: position.index - 1) }
        guard case .chunked(let chunks) = self, position.chunk > 0 else { return nil }
        return Position(chunk: position.chunk - 1, index: chunks[position.chunk - 1].count - 1)
    }

    /// Behind the last row.
    var endPosition: Position {
        guard case .chunked(let chunks) = self else { return Position(chunk: 0, index: 1) }
        return Position(chunk: chunks.count, index: 0)
    }

    /// The first row that does not lie before what `order` compares with.
    func firstPosition(_ order: (RecordReference) -> ValueOrder.Result) -> Position {
        switch self {
        case .single(let reference):
            return Position(chunk: 0, index: order(reference) == .ascending ? 1 : 0)
        case .chunked(let chunks):
            let chunk = Self.partition(chunks.count) { order(chunks[$0][chunks[$0].count - 1]) == .ascending }
            guard chunk < chunks.count else { return Position(chunk: chunks.count, index: 0) }
            let index = Self.partition(chunks[chunk].count) { order(chunks[chunk][$0]) == .ascending }
            return Position(chunk: chunk, index: index)
        }
    }

    mutating func replace(at position: Position, with reference: RecordReference) {
        guard case .chunked(var chunks) = self else {
            self = .single(reference)
            return
        }
        self = .single(reference)
        chunks[position.chunk][position.index] = reference
        self = .chunked(chunks)
    }

    /// Inserts before the row at `position`, which `firstPosition` found.
    mutating func insert(_ reference: RecordReference, at position: Position) {
        var chunks: [[RecordReference]]
        switch self {
        case .single(let first): chunks = [[first]]
        case .chunked(let all): chunks = all
        }
        // Frees the chunks of their second owner, else they would be copied.
        self = .single(reference)
        var place = position
        if place.chunk == chunks.count {
            place = Position(chunk: chunks.count - 1, index: chunks[chunks.count - 1].count)
        }
        if chunks[place.chunk].count >= Self.chunkLimit {
            if place.chunk == chunks.count - 1, place.index == Self.chunkLimit {
                // Rows that arrive in order leave full chunks behind.
                chunks.append([reference])
                self = .chunked(chunks)
                return
            }
            let tail = Array(chunks[place.chunk][(Self.chunkLimit / 2)...])
            chunks[place.chunk].removeSubrange((Self.chunkLimit / 2)...)
            chunks.insert(tail, at: place.chunk + 1)
            if place.index > Self.chunkLimit / 2 {
                place = Position(chunk: place.chunk + 1, index: place.index - Self.chunkLimit / 2)
            }
        }
        chunks[place.chunk].insert(reference, at: place.index)
        self = .chunked(chunks)
    }

    /// Replaces each row by what `change` makes of it, where nil removes it; false when none is left.
    mutating func mapInPlace(_ change: (RecordReference) -> RecordReference?) -> Bool {
        switch self {
        case .single(let reference):
            guard let changed = change(reference) else { return false }
            self = .single(changed)
            return true
        case .chunked(let chunks):
            let changed = chunks.map { $0.compactMap(change) }.filter { !$0.isEmpty }
            guard !changed.isEmpty else { return false }
            self = .chunked(changed)
            return true
        }
    }

    /// How many of the first indices satisfy `isBefore`; they all do up to there.
    private static func partition(_ count: Int, _ isBefore: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(middle) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

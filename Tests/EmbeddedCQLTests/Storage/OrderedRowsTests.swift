import Testing

@testable import EmbeddedCQL

@Suite struct OrderedRowsTests {
    private func reference(_ number: Int) -> RecordReference { RecordReference(page: 0, offset: number) }

    private func order(_ reference: RecordReference, _ number: Int) -> ValueOrder.Result {
        reference.offset < number ? .ascending : reference.offset == number ? .same : .descending
    }

    private func contents(_ rows: OrderedRows) -> [Int] {
        var numbers: [Int] = []
        var position = rows.startPosition
        while let row = rows.row(at: position) {
            numbers.append(row.offset)
            position = rows.position(after: position)
        }
        return numbers
    }

    private func reversedContents(_ rows: OrderedRows) -> [Int] {
        var numbers: [Int] = []
        var position = rows.position(before: rows.endPosition)
        while let current = position, let row = rows.row(at: current) {
            numbers.append(row.offset)
            position = rows.position(before: current)
        }
        return numbers
    }

    private func filled(_ numbers: [Int]) -> OrderedRows {
        var rows = OrderedRows.single(reference(numbers[0]))
        for number in numbers.dropFirst() {
            rows.insert(reference(number), at: rows.firstPosition { order($0, number) })
        }
        return rows
    }

    @Test(arguments: [1, 2, 511, 512, 513, 1024, 5000]) func keepsOrder(_ count: Int) {
        var generator = SeededGenerator(seed: 3)
        for numbers in [Array(0..<count), Array((0..<count).reversed()), (0..<count).shuffled(using: &generator)] {
            let rows = filled(numbers)
            #expect(contents(rows) == Array(0..<count))
            #expect(reversedContents(rows) == Array((0..<count).reversed()))
        }
    }

    @Test func findsPlaces() {
        let rows = filled((0..<3000).map { $0 * 2 })
        for number in [-1, 0, 1, 999, 1024, 5998] {
            let found = rows.row(at: rows.firstPosition { order($0, number) })
            #expect(found?.offset == max(0, (number + 1) / 2 * 2))
        }
        #expect(rows.row(at: rows.firstPosition { order($0, 5999) }) == nil)
    }

    @Test func replacesAndMaps() {
        var rows = filled(Array(0..<1000))
        rows.replace(at: rows.firstPosition { order($0, 700) }, with: reference(700_000))
        #expect(contents(rows)[700] == 700_000)
        let hasSome = rows.mapInPlace { $0.offset.isMultiple(of: 2) ? $0 : nil }
        #expect(hasSome)
        #expect(contents(rows) == (0..<1000).filter { $0.isMultiple(of: 2) }.map { $0 == 700 ? 700_000 : $0 })
        let hasMore = rows.mapInPlace { _ in nil }
        #expect(!hasMore)
    }
}

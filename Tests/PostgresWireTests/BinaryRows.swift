import PostgresWire
import TestSupport
import Testing

/// The values of a captured result, with their columns.
struct BinaryRows {
    var values: [(column: RowDescription.Column, value: ArraySlice<UInt8>?)] = []
    var rows: [[(column: RowDescription.Column, value: ArraySlice<UInt8>?)]] = []

    init(_ capture: PostgresCapture) throws {
        var columns: [RowDescription.Column] = []
        for message in try SessionTrace(capture).backend {
            if case .rowDescription(let description) = message { columns = description.columns }
            guard case .dataRow(let row) = message else { continue }
            let cells = Array(zip(columns, row.columns).map { (column: $0, value: $1) })
            rows.append(cells)
            values += cells
        }
    }
}

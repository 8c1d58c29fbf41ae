/// CREATE, ALTER and DROP.
extension Parser {
    mutating func create() throws(StatementError) -> Statement {
        try expect(word: "create")
        guard case .word(let object) = current.kind else { throw noViableAlternative }
        switch object {
        case "keyspace", "schema":
            advance()
            let ifNotExists = ifNotExists()
            let name = try name()
            try expect(word: "with")
            return .createKeyspace(
                CreateKeyspace(name: name, ifNotExists: ifNotExists, properties: try properties())
            )
        case "table", "columnfamily":
            advance()
            return .createTable(try createTable())
        case "type":
            advance()
            return .createType(try createType())
        case "role", "user": throw .anonymous
        case "index", "custom", "function", "or", "aggregate", "materialized", "trigger", "service_level":
            throw .unsupported("CREATE \(object.uppercased()) is")
        default: throw noViableAlternative
        }
    }

    private mutating func createTable() throws(StatementError) -> CreateTable {
        let ifNotExists = ifNotExists()
        var table = CreateTable(name: try tableName(), ifNotExists: ifNotExists)
        try expect(.leftParenthesis)
        repeat {
            if current.kind == .symbol(.rightParenthesis) { break }
            try tableElement(into: &table)
        } while accept(.comma)
        try expect(.rightParenthesis)
        guard accept(word: "with") else { return table }
        repeat {
            if accept(words: "clustering", "order", "by") {
                try expect(.leftParenthesis)
                table.clusteringOrder += try commaSeparated { (parser) throws(StatementError) in
                    try parser.ordering(requiringDirection: true)
                }
                try expect(.rightParenthesis)
            } else if accept(words: "compact", "storage") {
                throw .unsupported("COMPACT STORAGE is")
            } else {
                table.properties.append(try property())
            }
        } while accept(word: "and")
        return table
    }

    private mutating func tableElement(into table: inout CreateTable) throws(StatementError) {
        if accept(words: "primary", "key") {
            table.primaryKeys.append(try primaryKey())
            return
        }
        var column = try columnDefinition()
        if accept(word: "static") { column.isStatic = true }
        table.columns.append(column)
        if accept(words: "primary", "key") {
            table.primaryKeys.append(CreateTable.PrimaryKey(partition: [column.name], clustering: []))
        }
    }

    private mutating func columnDefinition() throws(StatementError) -> ColumnDefinition {
        ColumnDefinition(name: try name(), type: try typeName())
    }

    private mutating func primaryKey() throws(StatementError) -> CreateTable.PrimaryKey {
        try expect(.leftParenthesis)
        let partition =
            current.kind == .symbol(.leftParenthesis) ? try parenthesizedNames() : [try name()]
        var clustering: [String] = []
        while accept(.comma) { clustering.append(try name()) }
        try expect(.rightParenthesis)
        return CreateTable.PrimaryKey(partition: partition, clustering: clustering)
    }

    mutating func ordering(requiringDirection: Bool) throws(StatementError) -> Ordering {
        let column = try name()
        if accept(word: "desc") { return Ordering(column: column, isDescending: true) }
        if !accept(word: "asc"), requiringDirection { throw noViableAlternative }
        return Ordering(column: column, isDescending: false)
    }

    mutating func alter() throws(StatementError) -> Statement {
        try expect(word: "alter")
        guard case .word(let object) = current.kind else { throw noViableAlternative }
        switch object {
        case "keyspace", "schema":
            advance()
            let ifExists = ifExists()
            let name = try name()
            try expect(word: "with")
            return .alterKeyspace(AlterKeyspace(name: name, ifExists: ifExists, properties: try properties()))
        case "table", "columnfamily":
            advance()
            let ifExists = ifExists()
            let name = try tableName()
            return .alterTable(AlterTable(name: name, ifExists: ifExists, change: try tableChange()))
        case "type":
            advance()
            return .alterType(try alterType())
        case "role", "user": throw .anonymous
        case "materialized", "service_level":
            throw .unsupported("ALTER \(object.uppercased()) is")
        default: throw noViableAlternative
        }
    }

    private mutating func tableChange() throws(StatementError) -> AlterTable.Change {
        if accept(word: "add") {
            let ifNotExists = ifNotExists()
            let isParenthesized = accept(.leftParenthesis)
            let columns = try commaSeparated { (parser) throws(StatementError) in
                var column = try parser.columnDefinition()
                if parser.accept(word: "static") { column.isStatic = true }
                return column
            }
            if isParenthesized { try expect(.rightParenthesis) }
            return .add(columns, ifNotExists: ifNotExists)
        }
        if accept(word: "drop") {
            let ifExists = ifExists()
            if current.kind == .symbol(.leftParenthesis) {
                return .drop(try parenthesizedNames(), ifExists: ifExists)
            }
            let names = try commaSeparated { (parser) throws(StatementError) in try parser.name() }
            if accept(words: "using", "timestamp") { _ = try term() }
            return .drop(names, ifExists: ifExists)
        }
        if accept(word: "rename") {
            return .rename(try renamings())
        }
        if accept(word: "with") { return .with(try properties()) }
        if accept(word: "alter") { throw .invalid("Altering column types is no longer supported") }
        throw noViableAlternative
    }

    mutating func drop() throws(StatementError) -> Statement {
        try expect(word: "drop")
        guard case .word(let object) = current.kind else { throw noViableAlternative }
        switch object {
        case "keyspace", "schema":
            advance()
            let ifExists = ifExists()
            return .dropKeyspace(name: try name(), ifExists: ifExists)
        case "table", "columnfamily":
            advance()
            let ifExists = ifExists()
            return .dropTable(try tableName(), ifExists: ifExists)
        case "type":
            advance()
            let ifExists = ifExists()
            return .dropType(try tableName(), ifExists: ifExists)
        case "index", "function", "aggregate", "materialized": return try dropAbsent()
        case "role", "user": throw .anonymous
        case "trigger", "service_level":
            throw .unsupported("DROP \(object.uppercased()) is")
        default: throw noViableAlternative
        }
    }

    private mutating func dropAbsent() throws(StatementError) -> Statement {
        var kind = "Materialized view"
        if accept(words: "materialized", "view") {
        } else if accept(word: "index") {
            kind = "Index"
        } else if accept(word: "function") {
            kind = "Function"
        } else {
            try expect(word: "aggregate")
            kind = "Aggregate"
        }
        let ifExists = ifExists()
        let name = try tableName()
        if accept(.leftParenthesis), !accept(.rightParenthesis) {
            _ = try commaSeparated { (parser) throws(StatementError) in try parser.typeName() }
            try expect(.rightParenthesis)
        }
        return .dropAbsent(kind: kind, name, ifExists: ifExists)
    }
}

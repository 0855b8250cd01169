#include "core/contract.hpp"
#include "io/h5.hpp"

namespace plimsoll::h5 {

void write_table(Group& parent, const Table& table) {
  Group group = parent.create_group(table.name());
  for (const Column& column : table.columns()) {
    EXPECT(column.size() == table.rows());
    group.write_column(column);
  }
}

Table read_table(const Group& parent, const std::string& name) {
  const Group group = parent.open_group(name);
  Table table{name};
  for (const std::string& column : group.names()) {
    table.columns().push_back(group.read_column(column));
    if (table.columns().back().size() != table.rows()) throw Error{"table " + name + ": column " + column + " has another length"};
  }
  return table;
}

}  // namespace plimsoll::h5

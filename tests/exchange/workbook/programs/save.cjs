// Opens a workbook with a library and saves it: node save.cjs LIBRARY FROM TO
const [library, from, to] = process.argv.slice(2);

async function exceljs() {
  const { Workbook } = require("exceljs");
  const book = new Workbook();
  await book.xlsx.readFile(from);
  await book.xlsx.writeFile(to);
}

function sheetjs() {
  const xlsx = require("xlsx");
  // Without these, SheetJS keeps no number formats, and writes dates in ODS as bare numbers.
  xlsx.writeFile(xlsx.readFile(from, { cellNF: true, cellDates: to.endsWith(".ods") }), to);
}

Promise.resolve({ exceljs, sheetjs }[library]()).catch((error) => {
  console.error(error);
  process.exit(1);
});

// Everything, one after another.
import "./tables.mjs";
import "./filters.mjs";
import "./answers.mjs";
import "./people.mjs";
import "./errors.mjs";
import "./functions.mjs";

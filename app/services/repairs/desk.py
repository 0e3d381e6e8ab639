"""What operators and leaders see of repairs at the desk."""

from app.services.repairs.desk_board import Board
from app.services.repairs.desk_new import Report
from app.services.repairs.desk_order import Orders
from app.services.repairs.desk_rota import Rota
from app.services.repairs.desk_setup import Bars, Items, Kinds, Phrases, Plans, Prices, Workers
from app.services.repairs.desk_stock import Shelves
from app.services.repairs.figures import figures
from app.services.repairs.figures_view import Figures

desk = (
    Board, Orders, Report, Figures, Rota, Shelves, Kinds, Prices, Items, Workers, Phrases, Plans,
    Bars, figures,
)  # fmt: skip
